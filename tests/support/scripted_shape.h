// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/shape.h"

namespace headrace::test {

/// A shape without a database: lets the rows pass whose id is no multiple of three.
class ScriptedShape final : public Shape {
public:
    explicit ScriptedShape(std::shared_ptr<arrow::Schema> schema)
        : m_schema(std::move(schema))
    {
    }

    [[nodiscard]] static bool passes(std::int64_t id) { return id % 3 != 0; }
    [[nodiscard]] static Result<std::unique_ptr<Shape>> compile(const std::string& sql,
                                                                const std::shared_ptr<arrow::Schema>& input);

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }
    [[nodiscard]] Result<Chunk> apply(const Chunk& chunk) override;

private:
    std::shared_ptr<arrow::Schema> m_schema;
};

} // namespace headrace::test
