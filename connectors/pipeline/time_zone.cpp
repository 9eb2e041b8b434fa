// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/time_zone.h"

#include "connectors/core/options.h"

#include <fmt/format.h>

#include <unicode/basictz.h>
#include <unicode/strenum.h>
#include <unicode/tztrans.h>
#include <unicode/unistr.h>

#include <vector>

namespace headrace {

namespace {

using Milliseconds = std::chrono::milliseconds;

/// ICU counts milliseconds since 1970 as a double.
UDate toIcu(WallTime at)
{
    return static_cast<double>(std::chrono::floor<Milliseconds>(at.time_since_epoch()).count());
}

WallTime fromIcu(UDate at)
{
    return WallTime(Milliseconds(static_cast<std::int64_t>(at)));
}

class IcuTimeZone final : public TimeZone {
public:
    explicit IcuTimeZone(std::unique_ptr<icu::BasicTimeZone> zone)
        : m_zone(std::move(zone))
    {
    }

    OffsetSpan spanAt(WallTime at) const override
    {
        std::int32_t raw = 0;
        std::int32_t dst = 0;
        UErrorCode status = U_ZERO_ERROR;
        m_zone->getOffset(toIcu(at), false, raw, dst, status);
        OffsetSpan span{WallTime::min(), WallTime::max(),
                        std::chrono::duration_cast<std::chrono::seconds>(Milliseconds(raw + dst))};
        icu::TimeZoneTransition change;
        if (m_zone->getPreviousTransition(toIcu(at), true, change))
            span.from = fromIcu(change.getTime());
        if (m_zone->getNextTransition(toIcu(at), false, change))
            span.until = fromIcu(change.getTime());
        return span;
    }

private:
    std::unique_ptr<icu::BasicTimeZone> m_zone;
};

std::string nearestZone(const std::string& name)
{
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> all(
        icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, status));
    std::vector<std::string> names;
    while (const char* next = U_SUCCESS(status) ? all->next(nullptr, status) : nullptr)
        names.emplace_back(next);
    return nearest(name, names);
}

} // namespace

Result<std::shared_ptr<const TimeZone>> TimeZone::find(const std::string& name)
{
    std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    auto* basic = dynamic_cast<icu::BasicTimeZone*>(zone.get());
    if (basic == nullptr || *zone == icu::TimeZone::getUnknown()) {
        const std::string near = nearestZone(name);
        return fail(ErrorCode::Usage, fmt::format("There is no time zone '{}'; {}", name,
                                                  near.empty() ? "use an IANA name such as Europe/Berlin."
                                                               : fmt::format("did you mean '{}'?", near)));
    }
    static_cast<void>(zone.release());
    return std::make_shared<const IcuTimeZone>(std::unique_ptr<icu::BasicTimeZone>(basic));
}

} // namespace headrace
