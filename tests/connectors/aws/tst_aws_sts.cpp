// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/connection.h"
#include "tests/support/aws/moto_server.h"
#include "tests/support/rows.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;
using namespace headrace::aws;

/// Roles taken from an emulator of STS, with files and variables as users of the AWS CLI have them.
class TestAwsSts : public QObject {
    Q_OBJECT

private:
    test::MotoServer m_server;
    QTemporaryDir m_folder;

    void write(const char* name, const QByteArray& text)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        for (const char* variable : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
            qunsetenv(variable);
        qputenv("AWS_ENDPOINT_URL_STS", QByteArray::fromStdString(m_server.endpoint()));
        qputenv("AWS_CONFIG_FILE", m_folder.filePath("config").toUtf8());
        qputenv("AWS_SHARED_CREDENTIALS_FILE", m_folder.filePath("credentials").toUtf8());
        write("credentials", "[keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = secret\n");
        write("token", "a.web.token");
        write("config", "[profile direct]\nrole_arn = arn:aws:iam::123456789012:role/direct\nsource_profile = keys\n"
                        "[profile chained]\nrole_arn = arn:aws:iam::123456789012:role/chained\n"
                        "source_profile = direct\n"
                        "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = " +
                            m_folder.filePath("token").toUtf8() + "\n");
    }

    void rolesAreTaken_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<bool>("isInEnvironment");
        QTest::addColumn<QString>("origin");
        QTest::newRow("role of a profile's keys")
            << "direct" << false << "the role 'arn:aws:iam::123456789012:role/direct'";
        QTest::newRow("role of a role") << "chained" << false << "the role 'arn:aws:iam::123456789012:role/chained'";
        QTest::newRow("web identity of a profile") << "web" << false << "the role 'arn:aws:iam::123456789012:role/web'";
        QTest::newRow("web identity of the environment")
            << "" << true << "the role 'arn:aws:iam::123456789012:role/pod'";
        QTest::newRow("a named profile goes before the environment")
            << "direct" << true << "the role 'arn:aws:iam::123456789012:role/direct'";
    }

    void rolesAreTaken()
    {
        QFETCH(QString, profile);
        QFETCH(bool, isInEnvironment);
        QFETCH(QString, origin);
        if (isInEnvironment) {
            qputenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
            qputenv("AWS_WEB_IDENTITY_TOKEN_FILE", m_folder.filePath("token").toUtf8());
        }
        Options options{{"region", "eu-west-1"}};
        if (!profile.isEmpty())
            options.set("profile", profile.toStdString());
        const auto checked = options.check(connectionOptions(), "test");
        QVERIFY_RESULT(checked);
        const auto connection = Connection::from(*checked, "kinesis");
        QVERIFY_RESULT(connection);
        const auto found = (*connection)->credentials().get({});
        qunsetenv("AWS_ROLE_ARN");
        qunsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
        QVERIFY_RESULT(found);
        QCOMPARE(QString::fromStdString(found->origin), origin);
        QVERIFY2(found->accessKey.starts_with("ASIA"), found->accessKey.c_str());
        QVERIFY(!found->secretKey.empty() && !found->sessionToken.empty());
        QVERIFY(found->expires && *found->expires > std::chrono::system_clock::now());
    }
};

QTEST_GUILESS_MAIN(TestAwsSts)
#include "tst_aws_sts.moc"
