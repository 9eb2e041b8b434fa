// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/connection.h"
#include "connectors/aws/digest.h"
#include "connectors/aws/token_services.h"
#include "tests/support/one_answer.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <memory>

using namespace headrace;
using namespace headrace::aws;
using test::OneAnswer;

namespace {

constexpr const char* kVariables[] = {"AWS_ACCESS_KEY_ID",
                                      "AWS_SECRET_ACCESS_KEY",
                                      "AWS_SESSION_TOKEN",
                                      "AWS_PROFILE",
                                      "AWS_DEFAULT_PROFILE",
                                      "AWS_REGION",
                                      "AWS_DEFAULT_REGION",
                                      "AWS_ROLE_ARN",
                                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                                      "AWS_ENDPOINT_URL",
                                      "AWS_ENDPOINT_URL_STS",
                                      "AWS_ENDPOINT_URL_SSO",
                                      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                      "AWS_CONFIG_FILE",
                                      "AWS_SHARED_CREDENTIALS_FILE"};

} // namespace

/// Credentials and regions from files as the AWS CLI writes them.
class TestAwsCredentials : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_home;

    void write(const QString& name, const QByteArray& text)
    {
        const QString path = m_home->filePath(".aws/" + name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    static Result<Credentials> get(const std::string& profile = {})
    {
        return CredentialProvider({profile, "eu-west-1", std::chrono::seconds{20}, {}}).get({});
    }

    static std::string shown(const Result<Credentials>& found)
    {
        return found ? fmt::format("{}|{}|{}", found->accessKey, found->secretKey, found->sessionToken)
                     : "! " + found.error().message;
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("HOME", m_home->path().toLocal8Bit());
        qputenv("AWS_EC2_METADATA_DISABLED", "true");
        for (const char* name : kVariables)
            qunsetenv(name);
    }

    void filesAreReadAsTheCliDoes();
    void brokenFilesAreNamed();
    void orderOfTheSources();
    void profilesThatDoNotExistAreNamed();
    void roleIsTakenBySourceProfile();
    void refusedRoleIsNamed();
    void rolesInACircleEnd();
    void webIdentityIsSentUnsigned();
    void singleSignOn_data();
    void singleSignOn();
    void endedSingleSignOnSaysWhatToDo();
    void processPrintsCredentials();
    void containerIsAsked();
    void regionAndEndpoint_data();
    void regionAndEndpoint();
};

void TestAwsCredentials::filesAreReadAsTheCliDoes()
{
    write("config", "# a comment\n"
                    "[default]\nregion = eu-west-1\n\n"
                    "[profile shop]\nREGION=eu-central-1\ns3 =\n  max_concurrent_requests = 20\n"
                    "output = json ; not a comment\n"
                    "[profile \"two words\"]\nregion: us-west-2\n"
                    "[sso-session corp]\nsso_region = us-east-1\n");
    write("credentials", "[shop]\naws_access_key_id = A\naws_secret_access_key = a=b/c+\n; comment\n"
                         "region = eu-north-1\r\n[only-here]\naws_access_key_id=B\n");
    const auto files = ProfileFiles::load();
    QVERIFY_RESULT(files);
    QCOMPARE(valueOf(files->profile("default"), "region"), std::string("eu-west-1"));
    QCOMPARE(valueOf(files->profile("shop"), "region"), std::string("eu-north-1"));
    QCOMPARE(valueOf(files->profile("shop"), "output"), std::string("json ; not a comment"));
    QCOMPARE(valueOf(files->profile("shop"), "s3"), std::string("\nmax_concurrent_requests = 20"));
    QCOMPARE(valueOf(files->profile("shop"), "max_concurrent_requests"), std::string());
    QCOMPARE(valueOf(files->profile("shop"), "aws_secret_access_key"), std::string("a=b/c+"));
    QCOMPARE(valueOf(files->profile("two words"), "region"), std::string("us-west-2"));
    QCOMPARE(valueOf(files->ssoSession("corp"), "sso_region"), std::string("us-east-1"));
    QCOMPARE(files->names(), (std::vector<std::string>{"default", "only-here", "shop", "two words"}));
}

void TestAwsCredentials::brokenFilesAreNamed()
{
    write("credentials", "[shop]\naws_access_key_id = A\nnonsense\n");
    const auto files = ProfileFiles::load();
    QVERIFY(!files);
    QVERIFY2(files.error().message.find("Line 3") != std::string::npos &&
                 files.error().message.find("'nonsense'") != std::string::npos,
             files.error().message.c_str());
}

void TestAwsCredentials::orderOfTheSources()
{
    QVERIFY(shown(get()).starts_with("! There are no AWS credentials"));
    write("credentials", "[default]\naws_access_key_id = D\naws_secret_access_key = d\n"
                         "[shop]\naws_access_key_id = S\naws_secret_access_key = s\naws_session_token = t\n");
    QCOMPARE(shown(get()), std::string("D|d|"));
    qputenv("AWS_PROFILE", "shop");
    QCOMPARE(shown(get()), std::string("S|s|t"));
    qputenv("AWS_ACCESS_KEY_ID", "E");
    QCOMPARE(shown(get()), std::string("S|s|t")); // half a pair counts for nothing
    qputenv("AWS_SECRET_ACCESS_KEY", "e");
    QCOMPARE(shown(get()), std::string("E|e|"));
    QCOMPARE(shown(get("default")), std::string("D|d|")); // a profile that is named goes before the environment
}

void TestAwsCredentials::profilesThatDoNotExistAreNamed()
{
    write("config", "[profile shop]\nregion = eu-west-1\n");
    QVERIFY2(shown(get("shpo")).find("'shpo'") != std::string::npos, shown(get("shpo")).c_str());
    QVERIFY2(shown(get("shpo")).find("did you mean 'shop'?") != std::string::npos, shown(get("shpo")).c_str());
}

constexpr const char* kRoleAnswer = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>R</AccessKeyId>"
                                    "<SecretAccessKey>r</SecretAccessKey><SessionToken>rt</SessionToken>"
                                    "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                                    "</AssumeRoleResponse>";

void TestAwsCredentials::roleIsTakenBySourceProfile()
{
    write("config", "[profile work]\nrole_arn = arn:aws:iam::1:role/x y\nsource_profile = base\nexternal_id = e&1\n"
                    "role_session_name = me\nduration_seconds = 900\n");
    write("credentials", "[base]\naws_access_key_id = BASE\naws_secret_access_key = b\naws_session_token = bt\n");
    OneAnswer sts(200, kRoleAnswer);
    qputenv("AWS_ENDPOINT_URL_STS", sts.url());
    const auto found = get("work");
    QCOMPARE(shown(found), std::string("R|r|rt"));
    QVERIFY(found->expires.has_value());
    const QString request = sts.request();
    QVERIFY2(request.contains("Credential=BASE/") && request.contains("/eu-west-1/sts/aws4_request"),
             qPrintable(request));
    QVERIFY2(request.contains("X-Amz-Security-Token: bt"), qPrintable(request));
    QVERIFY2(request.endsWith("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx%20y&"
                              "RoleSessionName=me&ExternalId=e%261&DurationSeconds=900"),
             qPrintable(request));
}

void TestAwsCredentials::refusedRoleIsNamed()
{
    write("credentials", "[work]\nrole_arn = arn:role\nsource_profile = work\naws_access_key_id = W\n"
                         "aws_secret_access_key = w\n");
    OneAnswer sts(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not you.</Message></Error>");
    qputenv("AWS_ENDPOINT_URL_STS", sts.url());
    QCOMPARE(shown(get("work")), std::string("! The role 'arn:role' could not be taken: Not you."));
    QVERIFY(sts.request().contains("Credential=W/")); // a profile may be its own source
}

void TestAwsCredentials::rolesInACircleEnd()
{
    write("config", "[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\n"
                    "source_profile = a\n[profile c]\nrole_arn = arn:c\n[profile d]\nrole_arn = arn:d\n"
                    "source_profile = base\nmfa_serial = arn:mfa\n");
    QCOMPARE(shown(get("a")), std::string("! The profile 'b' takes its role by the profile 'a', which has no "
                                          "credentials."));
    QVERIFY2(shown(get("c")).find("neither 'source_profile' nor") != std::string::npos, shown(get("c")).c_str());
    QVERIFY2(shown(get("d")).find("'arn:mfa'") != std::string::npos, shown(get("d")).c_str());
}

void TestAwsCredentials::webIdentityIsSentUnsigned()
{
    write("token", "abc.def\n");
    qputenv("AWS_WEB_IDENTITY_TOKEN_FILE", m_home->filePath(".aws/token").toLocal8Bit());
    qputenv("AWS_ROLE_ARN", "arn:pod");
    OneAnswer sts(200, kRoleAnswer);
    qputenv("AWS_ENDPOINT_URL_STS", sts.url());
    QCOMPARE(shown(get()), std::string("R|r|rt"));
    const QString request = sts.request();
    QVERIFY2(!request.contains("Authorization"), qPrintable(request));
    QVERIFY2(request.contains("WebIdentityToken=abc.def&RoleArn=arn%3Apod&RoleSessionName=headrace"),
             qPrintable(request));
}

void TestAwsCredentials::singleSignOn_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QString>("cacheKey");
    QTest::addColumn<QByteArray>("expires");
    QTest::newRow("with a session") << QByteArray("[sso-session corp]\nsso_region = eu-west-1\n"
                                                  "sso_start_url = https://corp.example/start\n"
                                                  "[profile dev]\nsso_session = corp\nsso_account_id = 123\n"
                                                  "sso_role_name = Reader\n")
                                    << "corp" << QByteArray("2999-01-01T00:00:00Z");
    QTest::newRow("without, as before") << QByteArray("[profile dev]\nsso_start_url = https://corp.example/start\n"
                                                      "sso_region = eu-west-1\nsso_account_id = 123\n"
                                                      "sso_role_name = Reader\n")
                                        << "https://corp.example/start" << QByteArray("2999-01-01T00:00:00UTC");
}

void TestAwsCredentials::singleSignOn()
{
    QFETCH(QByteArray, config);
    QFETCH(QString, cacheKey);
    QFETCH(QByteArray, expires);
    write("config", config);
    write(QString("sso/cache/%1.json").arg(QString::fromStdString(sha1Hex(cacheKey.toStdString()))),
          R"({"startUrl":"https://corp.example/start","accessToken":"secret-token","expiresAt":")" + expires + R"("})");
    OneAnswer portal(200, R"({"roleCredentials":{"accessKeyId":"O","secretAccessKey":"o","sessionToken":"ot",)"
                          R"("expiration":32503680000000}})");
    qputenv("AWS_ENDPOINT_URL_SSO", portal.url());
    const auto found = get("dev");
    QVERIFY2(shown(found) == "O|o|ot", shown(found).c_str());
    const QString request = portal.request();
    QVERIFY2(request.startsWith("GET /federation/credentials?role_name=Reader&account_id=123 "), qPrintable(request));
    QVERIFY2(request.contains("x-amz-sso_bearer_token: secret-token"), qPrintable(request));
}

void TestAwsCredentials::endedSingleSignOnSaysWhatToDo()
{
    write("config", "[profile dev]\nsso_start_url = u\nsso_region = r\nsso_account_id = 1\nsso_role_name = n\n");
    const std::string login = "run 'aws sso login --profile dev'";
    QVERIFY2(shown(get("dev")).find(login) != std::string::npos, shown(get("dev")).c_str());
    write(QString("sso/cache/%1.json").arg(QString::fromStdString(sha1Hex("u"))),
          R"({"accessToken":"t","expiresAt":"2020-01-01T00:00:00Z"})");
    QVERIFY2(shown(get("dev")).find(login) != std::string::npos, shown(get("dev")).c_str());
}

void TestAwsCredentials::processPrintsCredentials()
{
    write("config", R"([profile p]
credential_process = echo '{"Version":1,"AccessKeyId":"P","SecretAccessKey":"p","SessionToken":"pt"}'
[profile broken]
credential_process = false
)");
    QCOMPARE(shown(get("p")), std::string("P|p|pt"));
    QCOMPARE(shown(get("broken")), std::string("! The credential_process 'false' failed."));
}

void TestAwsCredentials::containerIsAsked()
{
    OneAnswer container(200, R"({"AccessKeyId":"C","SecretAccessKey":"c","Token":"ct",)"
                             R"("Expiration":"2999-01-01T00:00:00Z"})");
    qputenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url() + "/creds");
    QCOMPARE(shown(get()), std::string("C|c|ct"));
    QVERIFY(container.request().startsWith("GET /creds "));
}

void TestAwsCredentials::regionAndEndpoint_data()
{
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << ""
                             << ""
                             << "! The AWS region is not known";
    QTest::newRow("option") << "region"
                            << "eu-central-1"
                            << "https://kinesis.eu-central-1.amazonaws.com";
    QTest::newRow("China") << "region"
                           << "cn-north-1"
                           << "https://kinesis.cn-north-1.amazonaws.com.cn";
    QTest::newRow("no region") << "region"
                               << "Frankfurt"
                               << "! 'Frankfurt' is no AWS region";
    QTest::newRow("variable") << "AWS_REGION"
                              << "us-west-2"
                              << "https://kinesis.us-west-2.amazonaws.com";
    QTest::newRow("profile") << "profile"
                             << "shop"
                             << "https://kinesis.eu-north-1.amazonaws.com";
    QTest::newRow("endpoint") << "endpoint"
                              << "http://localhost:4567"
                              << "http://localhost:4567";
    QTest::newRow("endpoint of one service") << "AWS_ENDPOINT_URL_KINESIS"
                                             << "http://h:1/"
                                             << "! The AWS region";
    QTest::newRow("no address") << "endpoint"
                                << "localhost:4567"
                                << "! The option 'endpoint': 'localhost:4567'";
    QTest::newRow("strange profile") << "profile"
                                     << "shpo"
                                     << "! The option 'profile' names 'shpo'";
}

void TestAwsCredentials::regionAndEndpoint()
{
    QFETCH(QString, set);
    QFETCH(QString, value);
    QFETCH(QString, expected);
    write("config", "[profile shop]\nregion = eu-north-1\n");
    Options options;
    if (set.startsWith("AWS_"))
        qputenv(set.toLatin1().constData(), value.toLatin1());
    else if (!set.isEmpty())
        options.set(set.toStdString(), value.toStdString());
    const auto checked = options.check(connectionOptions(), "test");
    QVERIFY_RESULT(checked);
    const auto connection = Connection::from(*checked, "kinesis");
    const std::string got = connection ? (*connection)->url() : "! " + connection.error().message;
    if (set.startsWith("AWS_"))
        qunsetenv(set.toLatin1().constData());
    QVERIFY2(QString::fromStdString(got).startsWith(expected), got.c_str());
}

QTEST_GUILESS_MAIN(TestAwsCredentials)
#include "tst_aws_credentials.moc"
