// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/table_contract.h"

namespace headrace::test {

// What the suite must know of a server, whichever connector writes to it. The server outlives the case.

inline TableCase postgresTables(PostgresServer& server)
{
    TableCase c;
    c.name = "postgres";
    c.run = [&server](const std::string& sql) { return server.run(sql); };
    c.reset = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    c.tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
    c.types = "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{}'::regclass "
              "AND attnum > 0 ORDER BY attnum";
    c.countIndexes = "SELECT count(*) FROM pg_indexes WHERE tablename = 'orders'";
    c.longestName = 63;
    c.evolved = {"a|bigint", "b|numeric(10,4)", "c|text"};
    // A deferred trigger runs inside COMMIT.
    c.cut = "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
            "pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
            "FUNCTION cut()";
    c.mend = "DROP FUNCTION cut CASCADE";
    c.stop = [&server] {
        server.run("CHECKPOINT");
        server.stop();
    };
    c.start = [&server] { server.start(); };
    return c;
}

inline TableCase mariaTables(MariaServer& server)
{
    TableCase c;
    c.name = "mariadb";
    c.run = [&server](const std::string& sql) { return server.run(sql); };
    c.reset = "DROP DATABASE test; CREATE DATABASE test";
    c.tables = "SHOW TABLES";
    c.types = "SELECT column_name, column_type FROM information_schema.columns WHERE table_name = '{}' AND "
              "table_schema = 'test' ORDER BY ordinal_position";
    c.countIndexes = "SELECT count(DISTINCT index_name) FROM information_schema.statistics WHERE table_name = "
                     "'orders' AND table_schema = 'test'";
    c.longestName = 64;
    c.refusesOtherIndexes = true;
    c.evolved = {"a|bigint(20)", "b|decimal(10,4)", "c|longtext"};
    c.cut = "CREATE TRIGGER cut AFTER UPDATE ON headrace_commits FOR EACH ROW KILL CONNECTION_ID()";
    c.mend = "DROP TRIGGER cut";
    c.stop = [&server] { server.stop(); };
    c.start = [&server] { server.start(); };
    return c;
}

} // namespace headrace::test
