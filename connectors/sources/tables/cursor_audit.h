// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace headrace {

/// How late rows become visible behind a cursor that is a time, measured by the pulls themselves. A look counts the
/// rows of the last while by their age. When no more of them are to be expected, a later pull counts the same rows
/// again: one that was not there before was late by its age then, and with a lag below this age it would have been
/// missed. Rows are counted, not remembered: one whose cursor moves on in the meantime hides a late one of its age.
class CursorAudit {
public:
    using Ages = std::vector<std::chrono::microseconds>;
    using Counts = std::vector<std::int64_t>;

    /// Where ages are divided, ascending, for a look with this lag: the first group is below the first one, the last
    /// group below the last one, which is four lags or more, so that rows which the lag missed are seen too.
    [[nodiscard]] static Ages agesFor(std::chrono::milliseconds lag);

    /// The time of the look that waits to be settled, in the server's words; "" when there is none.
    [[nodiscard]] const std::string& lookedAt() const { return m_at; }
    /// The ages of that look; rows are counted again when the last one has passed since.
    [[nodiscard]] Ages ages() const;

    /// `rows`: by age, of now.
    void look(std::string at, std::chrono::milliseconds lag, Counts rows);
    /// `rows`: of that look, counted again.
    void settle(const Counts& rows);

    /// "Lag 30s; in 96 looks at 4,113 rows the latest row was up to 12s late, 99.9 % within 8s; 15s would do." Empty
    /// until a look was settled.
    [[nodiscard]] std::string sentence() const;

    [[nodiscard]] bool isEmpty() const { return m_at.empty() && m_looks == 0; }
    [[nodiscard]] nlohmann::ordered_json toJson() const;
    /// Throws a nlohmann::json::exception when it is none.
    [[nodiscard]] static CursorAudit fromJson(const nlohmann::json& json);

private:
    [[nodiscard]] std::size_t firstGroupWithin(double share) const;

    std::string m_at;
    std::chrono::milliseconds m_lag{}; ///< of the last look
    Counts m_rows;                     ///< of the look that waits, by age
    std::int64_t m_looks = 0;          ///< that were settled
    Counts m_seen;                     ///< by age, over these: rows that were there at once
    Counts m_all;                      ///< and with those that came late
};

} // namespace headrace
