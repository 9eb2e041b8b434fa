// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/tables.h"

#include "widgets/models/rows_model.h"
#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QLocale>
#include <QPalette>

#include <cmath>
#include <type_traits>

namespace headrace {

using namespace std::chrono_literals;

namespace {

constexpr auto kRight = Qt::AlignRight | Qt::AlignVCenter;
const QString kClock = QStringLiteral("HH:mm:ss.zzz");
const QString kMoment = QStringLiteral("yyyy-MM-dd HH:mm:ss");
constexpr auto kLeft = Qt::AlignLeft | Qt::AlignVCenter;
const QString kUnknown = QStringLiteral("–");
constexpr std::chrono::milliseconds kNoTime{0};
constexpr int kLongestNumber = 20;

QString tr(const char* text)
{
    return QCoreApplication::translate("Tables", text);
}

const ThemeColors& colors()
{
    return themeColors(QGuiApplication::palette());
}

QVariant levelColor(const LogLine& line)
{
    switch (line.level) {
    case LogLevel::Warning:
        return colors().warning;
    case LogLevel::Error:
        return colors().bad;
    case LogLevel::Info:
        break;
    }
    return {};
}

/// A plain message needs no word.
QString levelText(const LogLine& line)
{
    switch (line.level) {
    case LogLevel::Warning:
        return tr("Warning");
    case LogLevel::Error:
        return tr("Error");
    case LogLevel::Info:
        break;
    }
    return {};
}

QVariant fidelityColor(const ExportNote& note)
{
    switch (note.fidelity) {
    case Fidelity::Exact:
        return colors().good;
    case Fidelity::Approximated:
        return colors().warning;
    case Fidelity::Impossible:
        break;
    }
    return colors().bad;
}

/// Of a profile: in one line, and an empty text told apart from none.
QString valueText(const std::string& value)
{
    return value.empty() ? tr("empty text") : inOneLine(QString::fromStdString(value));
}

QString valueText(const std::optional<std::string>& value)
{
    return value ? valueText(*value) : kUnknown;
}

/// The name of a file without its folders; of a message its place by name.
QString originText(const BadRecord& record)
{
    if (!record.place.empty())
        return QString::fromStdString(toText(record.place));
    const QString origin = QString::fromStdString(record.origin);
    return record.line > 0 ? origin.section(QLatin1Char('/'), -1) : origin;
}

/// Sorts by its numbers as by numbers: many/2 before many/10.
QString naturalKey(const std::string& name)
{
    QString key;
    QString digits;
    for (const QChar character : QString::fromStdString(name) + QChar(0)) {
        if (character.isDigit()) {
            digits += character;
            continue;
        }
        key += digits.isEmpty() ? digits : digits.rightJustified(kLongestNumber, QLatin1Char('0'));
        key += character;
        digits.clear();
    }
    return key;
}

/// A column at the right that is sorted by numbers: `key` gives that of a row.
template <typename Model, typename Text, typename Key>
typename Model::Column numbers(const QString& name, Text text, Key key)
{
    return {name, text, kRight, {}, [key](const auto& row) -> QVariant {
                if constexpr (std::is_floating_point_v<decltype(key(row))>)
                    return key(row);
                else
                    return static_cast<qlonglong>(key(row));
            }};
}

constexpr auto kMuted = [](const auto&) -> QVariant { return colors().mutedText; };

} // namespace

BadRecordModel* createBadRecordModel(QObject* parent)
{
    return new BadRecordModel(
        {{tr("From"),
          originText,
          kLeft,
          {},
          [](const BadRecord& record) -> QVariant { return naturalKey(originText(record).toStdString()); }},
         numbers<BadRecordModel>(
             tr("Line"), [](const BadRecord& record) { return record.line > 0 ? countText(record.line) : QString(); },
             [](const BadRecord& record) { return record.line; }),
         numbers<BadRecordModel>(
             tr("Byte"),
             [](const BadRecord& record) { return record.byteOffset >= 0 ? countText(record.byteOffset) : QString(); },
             [](const BadRecord& record) { return record.byteOffset; }),
         {tr("Reason"), [](const BadRecord& record) { return QString::fromStdString(record.reason); }},
         {tr("Record as it came"), [](const BadRecord& record) { return QString::fromStdString(record.raw); }, kLeft,
          kMuted}},
        parent);
}

LogModel* createLogModel(QObject* parent)
{
    return new LogModel(
        {{tr("Time"), [](const LogLine& line) { return QLocale().toString(line.at, QStringLiteral("HH:mm:ss")); },
          kLeft, kMuted},
         {QString(), levelText, kLeft, levelColor},
         {tr("Message"), [](const LogLine& line) { return line.text; }}},
        parent);
}

ExportNoteModel* createExportNoteModel(QObject* parent)
{
    return new ExportNoteModel(
        {{tr("Setting"), [](const ExportNote& note) { return QString::fromStdString(note.setting); }},
         {tr("Here"), [](const ExportNote& note) { return QString::fromStdString(note.value).simplified(); }},
         {tr("There"), [](const ExportNote& note) { return fidelityText(note.fidelity); }, kLeft, fidelityColor,
          [](const ExportNote& note) -> QVariant { return static_cast<int>(note.fidelity); }},
         {tr("As"), [](const ExportNote& note) { return QString::fromStdString(note.target).simplified(); }},
         {tr("What is different"), [](const ExportNote& note) { return QString::fromStdString(note.explanation); },
          kLeft, kMuted}},
        parent);
}

ColumnProfileModel* createColumnProfileModel(QObject* parent)
{
    using Column = const ColumnProfile&;
    return new ColumnProfileModel(
        {{tr("Column"), [](Column column) { return inOneLine(QString::fromStdString(column.name)); }},
         {tr("Type"), [](Column column) { return QString::fromStdString(column.type); }, kLeft, kMuted},
         numbers<ColumnProfileModel>(
             tr("Nulls"), [](Column column) { return countText(column.nulls); },
             [](Column column) { return column.nulls; }),
         numbers<ColumnProfileModel>(
             tr("Distinct, about"), [](Column column) { return countText(column.distinct); },
             [](Column column) { return column.distinct; }),
         numbers<ColumnProfileModel>(
             tr("Mean"), [](Column column) { return column.mean ? numberText(*column.mean, 4) : QString(); },
             [](Column column) { return column.mean.value_or(-HUGE_VAL); }),
         {tr("Smallest"), [](Column column) { return valueText(column.minimum); }},
         {tr("Largest"), [](Column column) { return valueText(column.maximum); }}},
        parent);
}

SpreadModel* createSpreadModel(QObject* parent)
{
    return new SpreadModel({{tr("Place"), [](const SpreadLine& line) { return line.place; }, kLeft, kMuted},
                            {tr("Value"), [](const SpreadLine& line) { return valueText(line.value); }}},
                           parent);
}

FrequentModel* createFrequentModel(QObject* parent)
{
    using Line = const FrequentLine&;
    return new FrequentModel({{tr("Most frequent"), [](Line line) { return valueText(line.top.value); }},
                              {tr("Rows"), [](Line line) { return countText(line.top.rows); }, kRight},
                              {tr("Share"), [](Line line) { return percentText(line.share); }, kRight, kMuted}},
                             parent);
}

ProofModel* createProofModel(QObject* parent)
{
    const auto verdict = [](const ProofLine& line) -> QVariant { return line.differs ? colors().bad : colors().text; };
    return new ProofModel(
        {{QString(), [](const ProofLine& line) { return line.what; }, kLeft, kMuted},
         {tr("Here"), [](const ProofLine& line) { return line.here; }, kRight, verdict},
         {tr("On the engine"), [](const ProofLine& line) { return line.engine; }, kRight, verdict},
         {QString(), [](const ProofLine& line) { return line.differs ? tr("different") : tr("equal"); }, kLeft,
          verdict}},
        parent);
}

BatchModel* createBatchModel(QObject* parent)
{
    using Record = const BatchRecord&;
    return new BatchModel(
        {numbers<BatchModel>(
             tr("Batch"), [](Record record) { return countText(record.batch.sequence); },
             [](Record record) { return record.batch.sequence; }),
         {tr("Closed at"), [](Record record) { return QLocale().toString(closedAt(record).time(), kClock); }, kLeft,
          kMuted, [](Record record) -> QVariant { return closedAt(record); }},
         {tr("Closed by"), [](Record record) { return reasonText(record.batch.reason); }},
         numbers<BatchModel>(
             tr("Rows"), [](Record record) { return countText(record.batch.rows); },
             [](Record record) { return record.batch.rows; }),
         numbers<BatchModel>(
             tr("Bytes"), [](Record record) { return bytesText(static_cast<double>(record.batch.bytes)); },
             [](Record record) { return record.batch.bytes; }),
         numbers<BatchModel>(
             tr("Open for"), [](Record record) { return durationText(record.batch.closedAt - record.batch.openedAt); },
             [](Record record) { return (record.batch.closedAt - record.batch.openedAt).count(); }),
         numbers<BatchModel>(
             tr("Write"), [](Record record) { return durationText(record.sinkTime); },
             [](Record record) { return record.sinkTime.count(); }),
         numbers<BatchModel>(
             tr("Wait p95"), [](Record record) { return durationText(record.waitP95); },
             [](Record record) { return record.waitP95.count(); })},
        parent);
}

PartitionModel* createPartitionModel(QObject* parent)
{
    using Line = const PartitionLine&;
    const auto lagColor = [](Line line) -> QVariant {
        const bool isBehind = line.progress.lag.value_or(0) > 0 || line.progress.behind.value_or(kNoTime) > kNoTime;
        return isBehind ? QVariant() : QVariant(colors().mutedText);
    };
    const auto lagKey = [](Line line) -> QVariant {
        return static_cast<qlonglong>(line.progress.lag.value_or(line.progress.behind.value_or(-1ms).count()));
    };
    const auto rateText = [](const std::optional<double>& rate) {
        return rate ? tr("%1 rows/s").arg(compactText(*rate)) : kUnknown;
    };
    return new PartitionModel(
        {{tr("Partition"),
          [](Line line) { return QString::fromStdString(line.progress.name); },
          kLeft,
          {},
          [](Line line) -> QVariant { return naturalKey(line.progress.name); }},
         {tr("Lag"), [](Line line) { return lagText(line.progress); }, kRight, lagColor, lagKey},
         {tr("Rate in"),
          [rateText](Line line) { return rateText(line.rowsPerSecond); },
          kRight,
          {},
          [](Line line) -> QVariant { return line.rowsPerSecond.value_or(-1); }},
         {tr("Rate out"),
          [rateText](Line line) { return rateText(line.rowsPerSecondOut); },
          kRight,
          {},
          [](Line line) -> QVariant { return line.rowsPerSecondOut.value_or(-1); }},
         {tr("Last record"),
          [](Line line) { return line.age ? tr("%1 ago").arg(durationText(*line.age)) : kUnknown; },
          kRight,
          {},
          [](Line line) -> QVariant { return static_cast<qlonglong>(line.age.value_or(-1ns).count()); }},
         {tr("Rows read"),
          [](Line line) { return countText(line.progress.rows); },
          kRight,
          {},
          [](Line line) -> QVariant { return static_cast<qlonglong>(line.progress.rows); }},
         {tr("Position"), [](Line line) { return QString::fromStdString(line.progress.position); }, kRight, kMuted,
          [](Line line) -> QVariant { return naturalKey(line.progress.position); }}},
        parent);
}

PartitionFactsModel* createPartitionFactsModel(QObject* parent)
{
    using Facts = const PartitionFacts&;
    const auto timeText = [](const std::optional<std::chrono::system_clock::time_point>& at) {
        if (!at)
            return kUnknown;
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(at->time_since_epoch());
        return QLocale().toString(QDateTime::fromMSecsSinceEpoch(since.count()), kMoment);
    };
    return new PartitionFactsModel(
        {{tr("Partition"),
          [](Facts facts) { return QString::fromStdString(facts.name); },
          kLeft,
          {},
          [](Facts facts) -> QVariant { return naturalKey(facts.name); }},
         numbers<PartitionFactsModel>(
             tr("Records"), [](Facts facts) { return countText(facts.records); },
             [](Facts facts) { return facts.records; }),
         numbers<PartitionFactsModel>(
             tr("Size, about"),
             [](Facts facts) { return facts.bytes ? bytesText(static_cast<double>(*facts.bytes)) : kUnknown; },
             [](Facts facts) { return facts.bytes.value_or(-1); }),
         numbers<PartitionFactsModel>(
             tr("Last minute"),
             [](Facts facts) {
                 return facts.recordsPerSecond ? tr("%1 records/s").arg(compactText(*facts.recordsPerSecond))
                                               : kUnknown;
             },
             [](Facts facts) { return facts.recordsPerSecond.value_or(-1); }),
         numbers<PartitionFactsModel>(
             tr("Lag"), [](Facts facts) { return facts.lag ? countText(*facts.lag) : kUnknown; },
             [](Facts facts) { return facts.lag.value_or(-1); }),
         {tr("Oldest record"), [timeText](Facts facts) { return timeText(facts.oldest); }},
         {tr("Newest record"), [timeText](Facts facts) { return timeText(facts.newest); }},
         {tr("First position"), [](Facts facts) { return QString::fromStdString(facts.first); }, kRight, kMuted,
          [](Facts facts) -> QVariant { return naturalKey(facts.first); }},
         {tr("Next position"), [](Facts facts) { return QString::fromStdString(facts.next); }, kRight, kMuted,
          [](Facts facts) -> QVariant { return naturalKey(facts.next); }}},
        parent);
}

QString lagText(const PartitionProgress& progress)
{
    if (progress.lag)
        return countText(*progress.lag);
    return progress.behind ? durationText(*progress.behind) : kUnknown;
}

QDateTime closedAt(const BatchRecord& record)
{
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    const auto opened = duration_cast<milliseconds>(record.batch.openedWall.time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(
        (opened + duration_cast<milliseconds>(record.batch.closedAt - record.batch.openedAt)).count());
}

QString fidelityText(Fidelity fidelity)
{
    switch (fidelity) {
    case Fidelity::Exact:
        return tr("exact");
    case Fidelity::Approximated:
        return tr("approximated");
    case Fidelity::Impossible:
        break;
    }
    return tr("impossible");
}

} // namespace headrace
