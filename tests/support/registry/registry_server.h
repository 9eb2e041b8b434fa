// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <string>

namespace headrace::test {

/// A schema registry of this test program's own. Every failure ends the program with a sentence: a test without its
/// server says nothing.
class RegistryServer {
public:
    RegistryServer() = default;
    ~RegistryServer();
    RegistryServer(const RegistryServer&) = delete;
    RegistryServer& operator=(const RegistryServer&) = delete;

    void start(); ///< returns when it answers

    [[nodiscard]] std::string url() const;

    /// Puts TLS and a login (ada, ada-secret, or the token front-token) before it; returns the address that asks for
    /// them.
    std::string startSecureFront();
    [[nodiscard]] std::string file(const char* name) const; ///< of the front: "ca.pem", "other-ca.pem"

    /// Registers a schema and returns its number. `references` is JSON as the registry's API takes it.
    std::uint32_t add(const std::string& subject, const std::string& schema, const std::string& references = "[]",
                      const std::string& type = "AVRO");

    /// BACKWARD, FULL, NONE … of a subject.
    void setCompatibility(const std::string& subject, const std::string& level);

    /// JSON of a subject's last version: its id, version, schema, schemaType.
    [[nodiscard]] std::string newest(const std::string& subject);

private:
    /// The body of the answer, which must be a success.
    std::string ask(const std::string& method, const std::string& path, const std::string& body);

    QTemporaryDir m_folder;
    int m_port = 0;
    QProcess m_process;
    QProcess m_front;
};

/// A value as Confluent's serializers frame it.
[[nodiscard]] std::string framed(std::uint32_t schema, const std::string& value);

} // namespace headrace::test
