// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/secret_store.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>

#include <qt6keychain/keychain.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>

namespace headrace::secret_store {
namespace {

const QString kService = QStringLiteral("headrace");
constexpr std::chrono::seconds kPatience{60}; // the user may have to unlock the keyring first
constexpr std::chrono::milliseconds kGlance{50};

std::atomic<bool> released = false;

/// Secrets for which there is no keyring.
class Memory {
public:
    void keep(const QString& name, const QString& secret)
    {
        const std::lock_guard lock(m_mutex);
        m_secrets.insert_or_assign(name, secret.toStdString());
    }

    void forget(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        m_secrets.erase(name);
    }

    [[nodiscard]] std::optional<std::string> find(const QString& name)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_secrets.find(name);
        return found == m_secrets.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::mutex m_mutex;
    std::map<QString, std::string> m_secrets;
};

Memory& memory()
{
    static Memory secrets;
    return secrets;
}

Error keyringError(const QString& name, const QKeychain::Job& job)
{
    if (job.error() == QKeychain::EntryNotFound)
        return {ErrorCode::NotFound,
                QCoreApplication::translate("SecretStore",
                                            "The keyring holds no secret named '%1'. Add it with Edit → Keep a secret.")
                    .arg(name)
                    .toStdString(),
                {},
                std::nullopt};
    return {ErrorCode::Failed,
            QCoreApplication::translate(
                "SecretStore", "The desktop's keyring did not give or take the secret '%1'. Use an environment "
                               "variable, ${env:NAME}, instead.")
                .arg(name)
                .toStdString(),
            job.errorString().toStdString(), std::nullopt};
}

/// The user or the desktop said no; everything else means that there is no keyring that could.
bool isRefusal(const QKeychain::Job& job)
{
    return job.error() == QKeychain::AccessDeniedByUser || job.error() == QKeychain::AccessDenied;
}

template <typename Job>
Job* createJob(const QString& name)
{
    auto* job = new Job(kService);
    job->setKey(name);
    job->setInsecureFallback(false);
    return job;
}

void readOnUiThread(const QString& name, const std::function<void(Result<std::string>)>& done)
{
    auto* job = createJob<QKeychain::ReadPasswordJob>(name);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, name, done] {
        if (job->error() == QKeychain::NoError)
            done(job->textData().toStdString());
        else
            done(fail(keyringError(name, *job)));
    });
    job->start();
}

Result<std::string> readHere(const QString& name)
{
    QEventLoop loop;
    Result<std::string> answer;
    readOnUiThread(name, [&](Result<std::string> result) {
        answer = std::move(result);
        loop.quit();
    });
    loop.exec(QEventLoop::ExcludeUserInputEvents);
    return answer;
}

Result<std::string> readFromWorker(const QString& name)
{
    auto promise = std::make_shared<std::promise<Result<std::string>>>();
    auto answer = promise->get_future();
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [name, promise] {
            readOnUiThread(name, [promise](Result<std::string> result) { promise->set_value(std::move(result)); });
        },
        Qt::QueuedConnection);
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    bool isReady = false;
    while (!isReady && !released && std::chrono::steady_clock::now() < deadline)
        isReady = answer.wait_for(kGlance) == std::future_status::ready;
    if (!isReady)
        return fail(
            ErrorCode::Unavailable,
            QCoreApplication::translate(
                "SecretStore", "The desktop's keyring did not answer for the secret '%1'. Unlock it and try again.")
                .arg(name)
                .toStdString());
    return answer.get();
}

} // namespace

SecretLookup lookup()
{
    return [](const std::string& name) -> Result<std::string> {
        const QString key = QString::fromStdString(name);
        if (const auto kept = memory().find(key))
            return *kept;
        if (QThread::currentThread() == QCoreApplication::instance()->thread())
            return readHere(key);
        return readFromWorker(key);
    };
}

void save(const QString& name, const QString& secret, const Done& done)
{
    auto* job = createJob<QKeychain::WritePasswordJob>(name);
    job->setTextData(secret);
    QObject::connect(job, &QKeychain::Job::finished, job, [job, name, secret, done] {
        if (job->error() == QKeychain::NoError) {
            memory().forget(name);
            return done(Kept::InKeyring);
        }
        if (isRefusal(*job))
            return done(fail(keyringError(name, *job)));
        memory().keep(name, secret);
        done(Kept::UntilTheEnd);
    });
    job->start();
}

QString keptText(Kept kept, const QString& name)
{
    const QString reference = QStringLiteral("${secret:%1}").arg(name);
    if (kept == Kept::InKeyring)
        return QCoreApplication::translate("SecretStore", "Kept in the keyring. The pipeline holds only %1.")
            .arg(reference);
    return QCoreApplication::translate("SecretStore",
                                       "There is no keyring here: kept until Headrace ends. The pipeline "
                                       "holds only %1; set it again at the next start.")
        .arg(reference);
}

void release()
{
    released = true;
}

} // namespace headrace::secret_store
