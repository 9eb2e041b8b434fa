// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/registry/registry_settings.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headrace {

class HttpClient;

/// What a registry holds under one number.
struct RegisteredSchema {
    std::uint32_t id = 0;
    std::string type = "AVRO"; ///< or JSON, PROTOBUF
    std::string text;
    std::vector<std::string> references; ///< texts of the schemas that it names, each behind those it names itself
    std::map<std::string, std::string> named = {}; ///< the same texts by the names that schemas call them by
    int version = 0;                               ///< in its subject; 0 when it was asked for by its number
};

/// Asks a Confluent-compatible schema registry: of its servers the one that answered last, and when that does not, the
/// others in turn. What it has answered for a number is kept, because that schema never
/// changes. One thread at a time; blocks, and ends with Cancelled within about a second of a stop.
class SchemaRegistry {
public:
    explicit SchemaRegistry(const RegistrySettings& settings);
    ~SchemaRegistry();

    /// NotFound when there is no such number: the message that names it is a bad one. Unavailable when the registry
    /// cannot be asked, Permission when it refuses. Good while this object lives.
    [[nodiscard]] Result<const RegisteredSchema*> schema(std::uint32_t id, const std::stop_token& stop);

    /// The last version of a subject; NotFound when nothing is registered there.
    [[nodiscard]] Result<RegisteredSchema> newest(const std::string& subject, const std::stop_token& stop);

    /// The number under which the subject now has that schema, as a new version where it did not have it. Data, with
    /// the registry's reason, when it is not compatible with earlier versions.
    [[nodiscard]] Result<std::uint32_t> add(const std::string& subject, const RegisteredSchema& schema,
                                            const std::stop_token& stop);

    /// "orders-value, version 3" for each place where the number is; empty where the registry does not say.
    [[nodiscard]] std::vector<std::string> placesOf(std::uint32_t id, const std::stop_token& stop);

private:
    struct Answer {
        int status = 0;
        std::string body;
    };

    struct Server {
        std::string url;
        std::string authorization; ///< a header; empty: none
    };

    [[nodiscard]] const std::string& url() const { return m_servers[m_server].url; }
    [[nodiscard]] Result<Answer> send(const std::string& method, const std::string& path, const std::string& body,
                                      const std::stop_token& stop);
    [[nodiscard]] Result<Answer> ask(const std::string& method, const std::string& path, const std::string& body,
                                     const std::stop_token& stop);
    [[nodiscard]] Result<std::string> get(const std::string& path, const std::stop_token& stop);
    [[nodiscard]] Error refusal(const Answer& answer, const std::string& path) const;
    [[nodiscard]] std::string whyIncompatible(const std::string& subject, const std::string& body, const Answer& answer,
                                              const std::stop_token& stop);
    [[nodiscard]] Result<RegisteredSchema> parse(const std::string& answer, const std::stop_token& stop);
    Status addReferences(const std::string& answer, int depth, std::map<std::string, std::string>& known,
                         RegisteredSchema& schema, const std::stop_token& stop);

    std::vector<Server> m_servers; ///< at least one
    std::size_t m_server = 0;      ///< that was asked last
    std::unique_ptr<HttpClient> m_http;
    std::map<std::uint32_t, RegisteredSchema> m_schemas;
    std::map<std::uint32_t, std::pair<Error, std::chrono::steady_clock::time_point>> m_missing; ///< and when asked for
};

// A value in Confluent's frame: a byte 0, the number of its schema with the most significant byte first, the value.

constexpr std::size_t kFrameBytes = 5;

[[nodiscard]] std::optional<std::uint32_t> framedSchema(std::string_view value);
/// Of all these values, the newest first; values without a frame are left out.
[[nodiscard]] std::set<std::uint32_t, std::greater<>> framedSchemas(std::span<const std::string_view> values);
void appendFrame(std::uint32_t schema, std::string& out);

} // namespace headrace
