package dev.evertoken.mirror.receiver;

import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.mirror.MirrorVersion;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.internal.RecordLog;
import dev.evertoken.spi.outbox.OutboxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The versions of all accounts in a file, and in memory to look them up. Thread-safe. */
final class FileVersions implements ReceivedVersions {

    private final ReentrantLock lock = new ReentrantLock();
    private final VersionsInMemory versions = new VersionsInMemory();
    private final RecordLog file;

    private FileVersions(Path path) throws IOException {
        this.file = RecordLog.open(path, line -> parse(line).ifPresent(versions::save));
    }

    static FileVersions open(Path path) {
        try {
            return new FileVersions(path);
        } catch (IOException e) {
            throw new OutboxException("the versions cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<ReceivedVersion> last(TokenKey account) {
        return versions.last(account);
    }

    @Override
    public void save(ReceivedVersion version) {
        lock.lock();
        try {
            file.append(text(version));
            versions.save(version);
            if (file.isMostlyObsolete(versions.all().size())) {
                file.replace(versions.all().stream().map(FileVersions::text).toList());
            }
        } catch (IOException e) {
            throw new OutboxException("a version cannot be stored: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<ReceivedVersion> page(String afterUserId, int limit) {
        return versions.page(afterUserId, limit);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            file.close();
        } catch (IOException e) {
            throw new OutboxException("the versions cannot be closed: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    private static String text(ReceivedVersion received) {
        JsonObject.Builder line = JsonObject.builder()
                .add("registration", received.account().registration())
                .add("account", received.account().account())
                .add("user_id", received.userId())
                .add("grant", received.version().grantId())
                .add("consented_at", received.version().consentedAt().toString());
        if (!received.version().isEnded()) {
            line.add("generation", received.version().generation());
        }
        return JsonWriter.text(line.build());
    }

    private static Optional<ReceivedVersion> parse(String text) {
        JsonDocument line = JsonDocument.parse(text).orElseGet(JsonDocument::empty);
        return line.text("registration")
                .flatMap(registration -> line.text("account")
                        .flatMap(account -> line.text("user_id")
                                .flatMap(user -> version(line)
                                        .map(version -> new ReceivedVersion(
                                                TokenKey.of(registration, account), user, version)))));
    }

    private static Optional<MirrorVersion> version(JsonDocument line) {
        return line.text("grant")
                .flatMap(grant -> line.text("consented_at")
                        .flatMap(consent -> MirrorVersion.parse(grant, consent, line.text("generation"))));
    }
}
