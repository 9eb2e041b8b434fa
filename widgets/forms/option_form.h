// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/options.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QToolButton;

namespace headrace {

class OptionEditor;

/// A form derived from option specs: label, editor, and below it the help or, for a value that does not fit, the
/// sentence that says why. Advanced options are folded away.
class OptionForm : public QWidget {
    Q_OBJECT

public:
    /// `owner` opens the error sentences: "csv source".
    OptionForm(const std::vector<OptionSpec>& specs, const QString& owner, QWidget* parent = nullptr);

    /// What is set; absent options have their default.
    [[nodiscard]] Options options() const;
    void setOptions(const Options& options);

    /// Puts the cursor into the editor of `key`, unfolding it if needed. False when there is no such option.
    bool focusOption(const QString& key);
    /// The error sentence shown below `key`, empty when its value fits.
    [[nodiscard]] QString errorOf(const QString& key) const;
    [[nodiscard]] OptionEditor* editorOf(const QString& key) const;

    void setFieldVisible(const QString& key, bool visible);
    /// Answers the value of `key` with a sentence that its spec does not know; empty: only the spec judges it.
    void setFieldError(const QString& key, const QString& sentence);
    /// Puts the reference to a kept secret into its field, as if it had been typed.
    void setSecretReference(const QString& key, const QString& reference);
    /// Says below a secret's field where it is kept, or why not.
    void showSecretNote(const QString& key, const QString& sentence, const char* role);

Q_SIGNALS:
    void edited(const QString& key);
    /// A secret was typed; it must be kept elsewhere and setSecretReference called.
    void secretTyped(const QString& key, const QString& secret);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Field {
        OptionSpec spec;
        QLabel* name;
        OptionEditor* editor;
        QLabel* note;
        QGridLayout* grid;
    };

    void createFields(const std::vector<OptionSpec>& specs);
    /// Names beside their fields, or above them where the form is narrow for its font.
    void arrange();
    void addField(const OptionSpec& spec, QGridLayout* grid);
    void validate(const Field& field);
    static void showNote(const Field& field, const QString& error);
    [[nodiscard]] const Field* find(const QString& key) const;

    QString m_owner;
    std::vector<Field> m_fields;
    QToolButton* m_fold = nullptr;
    QWidget* m_advanced = nullptr;
    bool m_isNarrow = false;
};

} // namespace headrace
