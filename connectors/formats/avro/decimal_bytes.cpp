// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/util/decimal.h>

#include "connectors/formats/avro/decimal_bytes.h"

#include <algorithm>
#include <string>

namespace headrace::avro {

bool writeDecimal(const arrow::Decimal256& value, std::int32_t scale, const Type& type, WireOutput& out)
{
    const auto scaled = value.Rescale(scale, type.scale);
    if (!scaled.ok())
        return out.fail(kDigitsLost);
    if (type.precision <= arrow::Decimal256::kMaxPrecision && !scaled->FitsInPrecision(type.precision))
        return out.fail("it has more digits than the schema's decimal");
    auto bytes = scaled->ToBytes();
    std::ranges::reverse(bytes);
    const std::string_view whole(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const char sign = scaled->IsNegative() ? '\xff' : '\0';
    std::size_t skipped = 0;
    while (skipped + 1 < whole.size() && whole[skipped] == sign && ((whole[skipped + 1] ^ sign) & 0x80) == 0)
        ++skipped;
    const std::string_view least = whole.substr(skipped);
    if (type.kind == Kind::Bytes)
        return out.text(least);
    if (least.size() > type.size)
        return out.fail(kTooLarge);
    return out.raw(std::string(type.size - least.size(), sign)) && out.raw(least);
}

bool writeDecimal(std::string_view text, const Type& type, WireOutput& out)
{
    arrow::Decimal256 value;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    if (!arrow::Decimal256::FromString(text, &value, &precision, &scale).ok())
        return out.fail("it is no decimal number");
    return writeDecimal(value, scale, type, out);
}

} // namespace headrace::avro
