// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/avro/schema.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace headrace::avro {

/// How a value of one type becomes one of another.
struct Resolution {
    enum class How { Copy, Enum, Record, Items, WriterUnion, ReaderUnion, Impossible };

    struct Member { ///< a field as it was written
        const Resolution* value = nullptr;
        std::size_t target = 0; ///< the reader's field; not with `skipped`
        const Type* skipped = nullptr;
    };
    struct Preset { ///< a field that was not written
        std::size_t target = 0;
        std::string bytes; ///< encoded
    };

    How how = How::Copy;
    const Type* writer = nullptr;
    const Type* reader = nullptr;
    std::vector<std::int64_t> symbols;     ///< Enum: the reader's by the writer's; −1: it has none
    std::vector<Member> members;           ///< Record, in the writer's order
    std::vector<Preset> presets;           ///< Record
    bool isInOrder = false;                ///< Record: members and presets are as the reader has them
    std::vector<const Resolution*> inside; ///< Items: one; WriterUnion: by branch; ReaderUnion: one
    std::int64_t branch = 0;               ///< ReaderUnion
    std::string problem;                   ///< Impossible: why, a clause
};

/// All resolutions of two schemas, which must outlive it. Records that hold themselves make them point in a circle.
class ResolutionPlan {
public:
    /// A clause of the error says which field or type stands against it.
    [[nodiscard]] Result<const Resolution*> resolve(const Type& writer, const Type& reader);

private:
    Status fill(Resolution& resolution);
    Status fillRecord(Resolution& resolution);
    Status fillReaderUnion(Resolution& resolution);
    Status fillItems(Resolution& resolution);
    static void fillEnum(Resolution& resolution);

    std::vector<std::unique_ptr<Resolution>> m_all;
    std::map<std::pair<const Type*, const Type*>, Resolution*> m_known;
    std::vector<std::string> m_path;
};

} // namespace headrace::avro
