// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/quarantine_reader.h"

#include "connectors/pipeline/quarantine.h"

#include <QCoreApplication>
#include <QFile>

#include <deque>

namespace headrace {

Result<std::vector<BadRecord>> readQuarantine(const std::string& folder, const std::string& pipeline, std::size_t limit)
{
    QFile file(QStringLiteral("%1/%2.quarantine.ndjson")
                   .arg(QString::fromStdString(folder), QString::fromStdString(pipeline)));
    if (!file.exists())
        return std::vector<BadRecord>{};
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Permission,
                    QCoreApplication::translate(
                        "Quarantine", "The quarantine file '%1' could not be opened: %2. Check its permissions.")
                        .arg(file.fileName(), file.errorString())
                        .toStdString());
    std::deque<BadRecord> records;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        auto record = parseBadRecord({line.constData(), static_cast<std::size_t>(line.size())});
        if (!record)
            continue;
        records.push_back(*std::move(record));
        if (records.size() > limit)
            records.pop_front();
    }
    return std::vector<BadRecord>(records.begin(), records.end());
}

} // namespace headrace
