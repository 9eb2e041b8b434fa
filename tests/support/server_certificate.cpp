// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/server_certificate.h"

#include <QDir>
#include <QFile>
#include <QNetworkInterface>
#include <QProcess>

namespace headrace::test {

namespace {

void openssl(const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral("openssl"), arguments);
    if (!process.waitForFinished() || process.exitCode() != 0)
        qFatal("openssl %s: %s", qPrintable(arguments.join(' ')), process.readAll().constData());
}

} // namespace

void makeServerCertificate(const QString& folder, const QString& key, const QString& certificate,
                           const std::string& address)
{
    const auto file = [&folder](const char* name) { return QDir(folder).filePath(name); };
    const QStringList newKey{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};
    openssl(QStringList{"req", "-x509"} + newKey +
            QStringList{"-days", "2", "-subj", "/CN=test CA", "-keyout", file("ca.key"), "-out", file("ca.crt")});
    openssl(QStringList{"req"} + newKey +
            QStringList{"-subj", "/CN=localhost", "-keyout", key, "-out", file("server.csr")});
    QFile names(file("names"));
    const std::string text = "subjectAltName=DNS:localhost" + (address.empty() ? "" : ",IP:" + address) + "\n";
    if (!names.open(QIODevice::WriteOnly) || names.write(text.c_str()) < 0)
        qFatal("'%s' cannot be written", qPrintable(names.fileName()));
    names.close();
    openssl({"x509", "-req", "-in", file("server.csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-set_serial",
             "1", "-days", "2", "-extfile", file("names"), "-out", certificate});
}

std::string ownAddress()
{
    for (const QHostAddress& address : QNetworkInterface::allAddresses())
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback())
            return address.toString().toStdString();
    return {};
}

} // namespace headrace::test
