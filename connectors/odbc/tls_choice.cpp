// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/tls_choice.h"

#include "connectors/core/environment.h"
#include "connectors/core/trusted_way.h"
#include "connectors/odbc/driver_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace headrace::odbc {

namespace {

/// Whose keywords a driver understands.
enum class Keywords { Unknown, Psqlodbc, MariaDb };

std::string lowerCase(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

Keywords keywordsOf(const std::string& driver)
{
    const std::string names = lowerCase(driver + ' ' + libraryOf(driver));
    const auto has = [&names](const char* part) { return names.find(part) != std::string::npos; };
    if (has("psqlodbc"))
        return Keywords::Psqlodbc;
    return has("maodbc") ? Keywords::MariaDb : Keywords::Unknown;
}

/// What is said under a key, in the connection string or in odbc.ini, which counts less.
class Said {
public:
    Said(const Attributes& attributes, const std::string& source)
        : m_attributes(attributes)
        , m_source(source)
    {
    }

    [[nodiscard]] std::string value(const char* key) const
    {
        const std::string* own = m_attributes.find(key);
        return own == nullptr ? sourceSetting(m_source, key) : *own;
    }
    /// The first of the keys that says anything.
    [[nodiscard]] std::string first(std::initializer_list<const char*> keys) const
    {
        for (const char* key : keys)
            if (std::string said = value(key); !said.empty())
                return said;
        return {};
    }

private:
    const Attributes& m_attributes;
    const std::string& m_source;
};

Tls modeOf(const std::string& word)
{
    return word == "disable"       ? Tls::Disable
           : word == "require"     ? Tls::Require
           : word == "verify-ca"   ? Tls::VerifyAuthority
           : word == "verify-full" ? Tls::Verify
                                   : Tls::Prefer;
}

/// The words of psqlodbc are libpq's; it abbreviates them, too.
Tls modeOfPsqlodbc(const Said& said)
{
    if (const std::string word = lowerCase(said.value("SSLmode")); !word.empty())
        return modeOf(word);
    const std::string letters = lowerCase(said.value("CA"));
    return letters.empty() ? Tls::Unknown
                           : modeOf(letters == "d"    ? "disable"
                                    : letters == "r"  ? "require"
                                    : letters == "vc" ? "verify-ca"
                                    : letters == "vf" ? "verify-full"
                                                      : "prefer");
}

Tls modeOfMariaDb(const Said& said)
{
    const auto isOn = [&said](const char* key) { return said.value(key) != "0"; };
    if (!said.value("SSLVERIFY").empty())
        return isOn("SSLVERIFY") ? Tls::Verify : isOn("FORCETLS") ? Tls::Require : Tls::Disable;
    if (!said.first({"TLSPEERFP", "SSLFP", "TLSPEERFPLIST", "SSLFPLIST"}).empty())
        return Tls::Verify;
    if (!said.value("FORCETLS").empty())
        return isOn("FORCETLS") ? Tls::Require : Tls::Disable;
    return Tls::Unknown;
}

/// A value of libpq's keywords, which psqlodbc passes on.
std::string quotedValue(const std::string& text)
{
    std::string quoted;
    for (const char c : text)
        quoted += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return '\'' + quoted + '\'';
}

void tell(Attributes& attributes, Keywords keywords, const std::string& mode)
{
    if (keywords == Keywords::Psqlodbc)
        attributes.replace("SSLmode", mode);
    if (keywords != Keywords::MariaDb)
        return;
    attributes.replace("FORCETLS", mode == "disable" ? "0" : "1");
    attributes.replace("SSLVERIFY", mode == "verify-full" ? "1" : "0");
}

/// Without `authority` the system's, unless the driver finds one by itself.
void trust(Attributes& attributes, const Said& said, Keywords keywords, const std::string& authority)
{
    const std::string file = authority.empty() ? kSystemCertificates : authority;
    if (keywords == Keywords::MariaDb && (!authority.empty() || said.first({"SSLCA", "SSLCAPATH"}).empty()))
        attributes.replace("SSLCA", file);
    if (keywords != Keywords::Psqlodbc)
        return;
    const std::string more = said.value("pqopt");
    const std::string own = homeFolder() + "/.postgresql/root.crt";
    const bool isKnown = more.find("sslrootcert") != std::string::npos || std::getenv("PGSSLROOTCERT") != nullptr ||
                         ::access(own.c_str(), R_OK) == 0;
    if (!authority.empty() || !isKnown)
        attributes.replace("pqopt", fmt::format("{} sslrootcert={}", more, quotedValue(file)));
}

} // namespace

Result<TlsChoice> chooseTls(Attributes& attributes, const Options& options, const std::string& source,
                            const std::string& driver)
{
    const Said said(attributes, source);
    const Keywords keywords = keywordsOf(driver);
    const std::string authority = options.text("sslrootcert");
    std::string wanted = options.text("sslmode");
    if (!authority.empty() && ::access(authority.c_str(), R_OK) != 0)
        return fail(ErrorCode::Usage,
                    fmt::format("The file '{}' of the option 'sslrootcert' cannot be read.", authority));
    if (keywords == Keywords::Unknown && (wanted.starts_with("verify") || !authority.empty()))
        return fail(ErrorCode::Usage,
                    fmt::format("How the driver '{}' is told to verify certificates is not known here. Leave out "
                                "sslmode and sslrootcert, and write the driver's own words into 'attributes'.",
                                driver));
    const bool isHere = isThisMachine(said.first({"SERVER", "SERVERNAME", "HOST", "HOSTNAME", "ADDRESS"}));
    TlsChoice choice;
    choice.mode = keywords == Keywords::Psqlodbc  ? modeOfPsqlodbc(said)
                  : keywords == Keywords::MariaDb ? modeOfMariaDb(said)
                                                  : Tls::Unknown;
    if (wanted.empty() && choice.mode == Tls::Unknown && (!isHere || !authority.empty()))
        wanted = keywords == Keywords::Unknown ? "" : "verify-full";
    if (!wanted.empty()) {
        choice.mode = modeOf(wanted);
        tell(attributes, keywords, wanted);
    }
    if (!authority.empty() || wanted == "verify-full")
        trust(attributes, said, keywords, authority);
    // psqlodbc does as it is told. What a server behind a pool says of itself is another way's encryption.
    choice.mustBeEncrypted =
        keywords != Keywords::Psqlodbc && (choice.mode >= Tls::Require || (choice.mode == Tls::Unknown && !isHere));
    return choice;
}

} // namespace headrace::odbc
