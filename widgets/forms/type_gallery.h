// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <QWidget>

namespace headrace {

/// What a new pipeline can read, by groups, for the page that has no source yet; and a sample to begin with.
class TypeGallery : public QWidget {
    Q_OBJECT

public:
    explicit TypeGallery(const Registry& registry, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const QString& type);
    void sampleRequested();

private:
    QWidget* createSample();
    QWidget* createGroup(const Registry& registry, const std::string& group);
};

} // namespace headrace
