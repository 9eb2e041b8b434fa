// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/pipeline/pipeline.h"

#include <QByteArray>
#include <QString>

namespace headrace {

/// The first bytes of what a source reads, as they lie there.
struct RawHead {
    QString path;
    qint64 size = 0; ///< of the whole file
    QByteArray bytes;
};

inline constexpr qint64 kRawHeadBytes = 64 * 1024;

/// Of the first local file that the source's `path` names (a file, a folder or a pattern). NotFound says that there is
/// none. Blocks; any thread.
[[nodiscard]] Result<RawHead> readRawHead(const ConnectorSpec& source);

/// The bytes for people: lines of text where they are UTF-8 or UTF-16 text, else offsets, hexadecimal digits and
/// characters.
[[nodiscard]] QString rawText(const QByteArray& bytes);

} // namespace headrace
