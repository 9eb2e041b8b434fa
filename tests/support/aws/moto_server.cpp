// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/aws/moto_server.h"

#include "connectors/aws/connection.h"
#include "connectors/aws/service_client.h"

#include <algorithm>

namespace headrace::test {

namespace {

constexpr const char* kBucket = "delivered";
/// The emulator gives no object to a request without a signature, but takes any.
constexpr const char* kSigned = "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request, "
                                "SignedHeaders=host, Signature=none";

/// Texts of all elements of that name.
std::vector<std::string> elementsOf(const std::string& xml, const std::string& name)
{
    const std::string open = "<" + name + ">";
    std::vector<std::string> found;
    for (std::size_t at = xml.find(open); at != std::string::npos; at = xml.find(open, at + 1)) {
        const std::size_t begin = at + open.size();
        found.push_back(xml.substr(begin, xml.find('<', begin) - begin));
    }
    return found;
}

} // namespace

MotoServer::MotoServer()
    : AwsServer(QStringLiteral(HEADRACE_RUN_MOTO))
{
}

void MotoServer::createDeliveryStream(const std::string& stream)
{
    (void)ask("PUT", endpoint() + "/" + kBucket, {});
    const auto options = Options{{"endpoint", endpoint()}}.check(aws::connectionOptions(), "test");
    aws::ServiceClient client(*aws::Connection::from(*options, "firehose"), "firehose", "Firehose_20150804");
    const auto made = client.call("CreateDeliveryStream",
                                  {{"DeliveryStreamName", stream},
                                   {"ExtendedS3DestinationConfiguration",
                                    {{"RoleARN", "arn:aws:iam::123456789012:role/firehose"},
                                     {"BucketARN", std::string("arn:aws:s3:::") + kBucket},
                                     {"Prefix", stream + "/"}}}},
                                  stream, {});
    if (!made)
        qFatal("test Firehose: %s", made.error().error.detail.c_str());
}

std::vector<std::string> MotoServer::delivered(const std::string& stream)
{
    const std::string bucket = endpoint() + "/" + kBucket;
    const std::string listed = ask("GET", bucket + "?list-type=2&prefix=" + stream + "/", {});
    const auto keys = elementsOf(listed, "Key");
    const auto times = elementsOf(listed, "LastModified");
    std::vector<std::pair<std::string, std::string>> objects;
    for (std::size_t i = 0; i < keys.size(); ++i)
        objects.emplace_back(times[i], keys[i]);
    std::ranges::sort(objects);
    std::vector<std::string> texts;
    for (const auto& [time, key] : objects)
        texts.push_back(ask("GET", bucket + "/" + key, {}, {kSigned}));
    return texts;
}

} // namespace headrace::test
