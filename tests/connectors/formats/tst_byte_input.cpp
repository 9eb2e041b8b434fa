// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/byte_input.h"
#include "tests/support/rows.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

using namespace headrace;

namespace {

QByteArray gzip(const QByteArray& content)
{
    z_stream stream = {};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("zlib");
    QByteArray result(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(content.size()))), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        qFatal("zlib");
    result.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return result;
}

QByteArray zstd(const QByteArray& content)
{
    QByteArray result(static_cast<qsizetype>(ZSTD_compressBound(static_cast<std::size_t>(content.size()))), '\0');
    result.resize(static_cast<qsizetype>(ZSTD_compress(result.data(), static_cast<std::size_t>(result.size()),
                                                       content.data(), static_cast<std::size_t>(content.size()), 3)));
    return result;
}

/// Text that does not compress to nothing, larger than any block.
QByteArray sample()
{
    QByteArray text;
    for (int i = 0; i < 150'000; ++i)
        text += QByteArray::number(i * 2654435761U) + '\n';
    return text;
}

} // namespace

class TestByteInput : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::string write(const QByteArray& content)
    {
        QFile file(m_folder.filePath("input.bin"));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("the test's file cannot be written");
        return file.fileName().toStdString();
    }

    static Result<QByteArray> readAll(ByteInput& input, std::size_t step)
    {
        QByteArray all;
        std::vector<char> buffer(step);
        while (true) {
            HEADRACE_TRY(const std::size_t got, input.read(buffer));
            all.append(buffer.data(), static_cast<qsizetype>(got));
            if (got < step)
                return all;
        }
    }

private Q_SLOTS:
    void content_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("compression");
        const QByteArray text = sample();
        QTest::newRow("plain") << text << text << QByteArray("none");
        QTest::newRow("empty") << QByteArray() << QByteArray() << QByteArray("none");
        QTest::newRow("one byte") << QByteArray("\x1f") << QByteArray("\x1f") << QByteArray("none");
        QTest::newRow("gzip") << gzip(text) << text << QByteArray("gzip");
        QTest::newRow("gzip of nothing") << gzip({}) << QByteArray() << QByteArray("gzip");
        QTest::newRow("gzip members") << gzip("a") + gzip({}) + gzip(text) << 'a' + text << QByteArray("gzip");
        QTest::newRow("gzip with padding")
            << gzip("a") + QByteArray(700, '\0') << QByteArray("a") << QByteArray("gzip");
        QTest::newRow("zstd") << zstd(text) << text << QByteArray("zstd");
        QTest::newRow("zstd of nothing") << zstd({}) << QByteArray() << QByteArray("zstd");
        QTest::newRow("zstd frames") << zstd("a") + zstd({}) + zstd(text) << 'a' + text << QByteArray("zstd");
        const QByteArray zeros(8 << 20, '\0');
        QTest::newRow("a thousandfold") << gzip(zeros) << zeros << QByteArray("gzip");
    }

    void content()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, compression);
        const std::string path = write(file);
        for (const std::size_t step : {std::size_t{997}, std::size_t{1} << 20}) {
            const auto input = openByteInput(path, "auto");
            QVERIFY_RESULT(input);
            QCOMPARE(toString((*input)->compression()), std::string_view(compression));
            const auto all = readAll(**input, step);
            QVERIFY_RESULT(all);
            QVERIFY(*all == content);
            QCOMPARE((*input)->fileBytesRead(), static_cast<std::int64_t>(file.size()));
        }
        QVERIFY_RESULT(openByteInput(path, compression.toStdString()));
    }

    void skipping_data() { content_data(); }

    void skipping()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        const auto input = openByteInput(write(file), "auto");
        QVERIFY_RESULT(input);
        for (const qsizetype offset : {content.size() / 2, content.size() / 3, content.size(), qsizetype{0}}) {
            QVERIFY_RESULT((*input)->skipTo(offset));
            const auto rest = readAll(**input, 64 << 10);
            QVERIFY_RESULT(rest);
            QVERIFY(*rest == content.mid(offset));
        }
        const auto beyond = (*input)->skipTo(content.size() + 1);
        QVERIFY(!beyond.has_value());
        QVERIFY2(beyond.error().message.find("input.bin") != std::string::npos, beyond.error().message.c_str());
    }

    void damage_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("compression");
        QTest::addColumn<QString>("message");
        const QByteArray text = sample();
        QByteArray flipped = gzip(text);
        flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x55);
        QTest::newRow("gzip cut") << gzip(text).chopped(20) << "auto"
                                  << "ends in the middle";
        QTest::newRow("gzip header cut") << gzip(text).left(5) << "auto"
                                         << "ends in the middle";
        QTest::newRow("gzip second member cut") << gzip(text) + gzip(text).left(40) << "auto"
                                                << "ends in the middle";
        QTest::newRow("gzip corrupt") << flipped << "auto"
                                      << "cannot be decompressed at byte";
        QTest::newRow("gzip, then something else") << gzip("a") + "junk"
                                                   << "auto"
                                                   << "cannot be decompressed at byte";
        QTest::newRow("zstd cut") << zstd(text).chopped(20) << "auto"
                                  << "ends in the middle";
        QTest::newRow("zstd, then something else") << zstd("a") + "junk"
                                                   << "auto"
                                                   << "cannot be decompressed at byte";
        QTest::newRow("plain called gzip") << text << "gzip"
                                           << "cannot be decompressed at byte 0";
        QTest::newRow("empty called zstd") << QByteArray() << "zstd"
                                           << "ends in the middle";
    }

    void damage()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, compression);
        QFETCH(QString, message);
        const auto input = openByteInput(write(file), compression.toStdString());
        QVERIFY_RESULT(input);
        const auto all = [&]() -> Result<QByteArray> { // what is good is handed out before the error
            QByteArray good;
            std::vector<char> buffer(100'000);
            while (true) {
                HEADRACE_TRY(const std::size_t got, (*input)->read(buffer));
                if (got == 0)
                    return good;
                good.append(buffer.data(), static_cast<qsizetype>(got));
            }
        }();
        QVERIFY(!all.has_value());
        QVERIFY(all.error().code == ErrorCode::Data);
        const QString text = QString::fromStdString(all.error().message);
        QVERIFY2(text.contains(message) && text.contains("input.bin"), qPrintable(text));
    }

    void goodBytesComeBeforeTheError()
    {
        const QByteArray text = sample();
        const auto input = openByteInput(write(gzip(text) + gzip(text).chopped(20)), "auto");
        QVERIFY_RESULT(input);
        std::vector<char> buffer(static_cast<std::size_t>(text.size()) * 3);
        const auto got = (*input)->read(buffer);
        QVERIFY_RESULT(got);
        QVERIFY(*got > static_cast<std::size_t>(text.size()));
        QVERIFY(!(*input)->read(buffer).has_value());
    }

    void missingFileAndFolderAreNamed()
    {
        const auto missing = openByteInput(m_folder.filePath("gone.csv").toStdString(), "auto");
        QVERIFY(!missing.has_value());
        QVERIFY(missing.error().code == ErrorCode::NotFound);
        QVERIFY(missing.error().message.find("gone.csv") != std::string::npos);
        const auto folder = openByteInput(m_folder.path().toStdString(), "auto");
        QVERIFY(!folder.has_value());
        QVERIFY(folder.error().message.find(m_folder.path().toStdString()) != std::string::npos);
    }

    void unknownCompressionIsQuoted()
    {
        const auto input = openByteInput(write("a"), "bzip2");
        QVERIFY(!input.has_value());
        QVERIFY(input.error().code == ErrorCode::Usage);
        QVERIFY(input.error().message.find("'bzip2'") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestByteInput)
#include "tst_byte_input.moc"
