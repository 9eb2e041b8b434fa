// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/avro/schema.h"
#include "connectors/sources/messages/value_settings.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace headrace::aws {
class HttpClient;
}

namespace headrace {

/// Asks a Confluent-compatible schema registry. What it has answered is kept, because the schema of an id never
/// changes. One thread at a time; blocks.
class SchemaRegistry {
public:
    explicit SchemaRegistry(const AvroSettings& settings);
    ~SchemaRegistry();

    /// NotFound when there is no such id, Data when it is no Avro schema that can be used: the message that names it is
    /// a bad one. Unavailable when the registry cannot be asked, Permission when it refuses.
    [[nodiscard]] Result<std::shared_ptr<const avro::Schema>> schema(std::uint32_t id);

private:
    [[nodiscard]] Result<std::string> get(const std::string& path);
    [[nodiscard]] Result<std::shared_ptr<const avro::Schema>> ask(std::uint32_t id);
    Status addReferences(const std::string& answer, int depth, std::map<std::string, std::string>& known,
                         std::vector<std::string>& texts);

    std::string m_url;
    std::string m_authorization; ///< a header; empty: none
    std::unique_ptr<aws::HttpClient> m_http;
    std::map<std::uint32_t, Result<std::shared_ptr<const avro::Schema>>> m_schemas;
    std::map<std::uint32_t, std::pair<Error, std::chrono::steady_clock::time_point>> m_missing; ///< and when asked for
};

} // namespace headrace
