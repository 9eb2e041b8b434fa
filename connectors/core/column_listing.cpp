// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/column_listing.h"

#include <utility>

namespace headrace {

namespace {

std::map<std::string, ColumnListing>& knownListings()
{
    static std::map<std::string, ColumnListing> listings;
    return listings;
}

} // namespace

void setColumnListings(std::map<std::string, ColumnListing> listings)
{
    knownListings() = std::move(listings);
}

ColumnListing columnListing(const std::string& type)
{
    if (const ConnectionType* connection = connectionType(type))
        return connection->columns;
    const auto found = knownListings().find(type);
    return found == knownListings().end() ? ColumnListing{} : found->second;
}

} // namespace headrace
