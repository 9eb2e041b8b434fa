// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/attachments.h"

#include <fmt/format.h>

namespace headrace {

Status Attachments::checkRowsCanGo(const std::string& title) const
{
    if (cascades.empty())
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("The rows of the {} cannot be replaced: the foreign key {} would delete or empty rows that "
                            "refer to them. Take the mode upsert, or a foreign key without such an action.",
                            title, cascades));
}

Status Attachments::checkStillNone(const std::string& title) const
{
    if (count == 0)
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("The {} was given an index, a view or something else while its replacement was written, "
                            "which would have been lost. Start the run again.",
                            title));
}

std::string postgresAttachments(const std::string& table)
{
    return fmt::format(
        "SELECT (c.relkind <> 'r' OR c.relpersistence <> 'p' OR c.relacl IS NOT NULL OR c.reloptions IS NOT NULL OR "
        "c.reltablespace <> 0 OR c.relhasindex OR c.relhasrules OR c.relhastriggers OR c.relhassubclass OR "
        "c.relrowsecurity OR pg_catalog.pg_get_userbyid(c.relowner) <> current_user "
        "OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT "
        "a.attisdropped AND (a.attnotnull OR a.atthasdef OR a.attacl IS NOT NULL OR a.attcompression <> '')) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid OR k.confrelid = c.oid) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_description d WHERE d.objoid = c.oid AND d.classoid = "
        "'pg_catalog.pg_class'::pg_catalog.regclass) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel p WHERE p.prrelid = c.oid) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = c.oid) "
        "OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype = 'n' AND (d.refobjid = c.oid AND d.refclassid "
        "= 'pg_catalog.pg_class'::pg_catalog.regclass OR d.refobjid = c.reltype AND d.refclassid = "
        "'pg_catalog.pg_type'::pg_catalog.regclass)))::int, "
        "coalesce((SELECT string_agg(pg_catalog.format('%s of %s', k.conname, k.conrelid::pg_catalog.regclass), ', ') "
        "FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conrelid <> c.oid AND "
        "k.confdeltype IN ('c', 'n', 'd')), '') FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass({})",
        table);
}

/// MariaDB checks what is declared as JSON by a constraint of its own.
std::string mariaAttachments(const std::string& database, const std::string& table, bool isMariaDb,
                             const std::string& ownCollation)
{
    const std::string checks =
        isMariaDb ? fmt::format(" + (SELECT COUNT(*) FROM information_schema.check_constraints WHERE "
                                "constraint_schema = {} AND table_name = {} AND check_clause NOT LIKE 'json_valid(%')",
                                database, table)
                  : fmt::format(" + (SELECT COUNT(*) FROM information_schema.table_constraints WHERE table_schema = {} "
                                "AND table_name = {} AND constraint_type = 'CHECK')",
                                database, table);
    return fmt::format(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = {0} AND table_name = {1} AND "
        "(table_comment <> '' OR engine <> 'InnoDB' OR create_options LIKE '%partitioned%' OR table_collation <> "
        "'{2}')) + (SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = {0} AND table_name = {1}) "
        "+ (SELECT COUNT(*) FROM information_schema.triggers WHERE event_object_schema = {0} AND event_object_table = "
        "{1}) + (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = {0} AND table_name = {1} AND "
        "(is_nullable = 'NO' OR extra <> '' OR column_comment <> '' OR COALESCE(column_default, 'NULL') <> 'NULL')) + "
        "(SELECT COUNT(*) FROM information_schema.referential_constraints WHERE unique_constraint_schema = {0} AND "
        "referenced_table_name = {1}) + (SELECT COUNT(*) FROM information_schema.referential_constraints WHERE "
        "constraint_schema = {0} AND table_name = {1}){3}, "
        "COALESCE((SELECT GROUP_CONCAT(CONCAT(constraint_name, ' of ', table_name) SEPARATOR ', ') FROM "
        "information_schema.referential_constraints WHERE unique_constraint_schema = {0} AND referenced_table_name = "
        "{1} AND table_name <> {1} AND delete_rule IN ('CASCADE', 'SET NULL')), '')",
        database, table, ownCollation, checks);
}

/// Foreign keys are not enforced on the connections of this program.
std::string sqliteAttachments(const std::string& table)
{
    return fmt::format("SELECT (SELECT count(*) FROM sqlite_schema WHERE tbl_name = {0} COLLATE NOCASE AND (type IN "
                       "('index', 'trigger') OR sql LIKE '%CHECK%' OR sql LIKE '%COLLATE%' OR sql LIKE '%STRICT%')) + "
                       "(SELECT count(*) FROM pragma_table_xinfo({0}) WHERE \"notnull\" <> 0 OR dflt_value IS NOT NULL "
                       "OR pk <> 0 OR hidden <> 0) + (SELECT count(*) FROM pragma_foreign_key_list({0})), ''",
                       table);
}

/// Its foreign keys have no actions: rows that are referred to do not go.
std::string duckAttachments(const std::string& schema, const std::string& table)
{
    const std::string here = fmt::format("database_name = current_database() AND lower(schema_name) = lower({}) AND "
                                         "lower(table_name) = lower({})",
                                         schema, table);
    return fmt::format(
        "SELECT (SELECT count(*) FROM duckdb_indexes() WHERE {0}) + (SELECT count(*) FROM duckdb_constraints() WHERE "
        "{0}) + (SELECT count(*) FROM duckdb_columns() WHERE {0} AND (NOT is_nullable OR column_default IS NOT NULL OR "
        "comment IS NOT NULL)) + (SELECT count(*) FROM duckdb_tables() WHERE {0} AND comment IS NOT NULL) + (SELECT "
        "count(*) FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY' AND lower(referenced_table) = "
        "lower({1})), ''",
        here, table);
}

} // namespace headrace
