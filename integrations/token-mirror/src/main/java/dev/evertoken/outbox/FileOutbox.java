package dev.evertoken.outbox;

import dev.evertoken.internal.json.JsonDocument;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.TokenKey;
import dev.evertoken.outbox.WaitingMessages.Entry;
import dev.evertoken.outbox.internal.RecordLog;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An outbox in a file of this host, for one process: each message is forced to disk before {@link #add} returns. A
 * process that opens the file after a crash delivers the remaining messages; a message that was being delivered is
 * delivered again. Messages of a host whose disk is lost are lost, and a container without a volume loses them at each
 * start.
 *
 * <p>The messages that wait are in memory too. The file contains no secrets and is accessible to its owner only.
 * Thread-safe.
 */
public final class FileOutbox implements Outbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, WaitingMessages> destinations = new HashMap<>();
    private final Path path;
    private final RecordLog file;

    private FileOutbox(Path path) throws IOException {
        this.path = path;
        this.file = RecordLog.open(path, this::replay);
    }

    /**
     * Opens an outbox; creates the file and its directory if they do not exist.
     *
     * @throws OutboxException if the file cannot be used, or if another process or outbox has it open
     */
    public static FileOutbox open(Path path) {
        try {
            return new FileOutbox(path);
        } catch (IOException e) {
            throw new OutboxException("the outbox cannot be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public void add(OutboxMessage message) {
        locked(() -> {
            WaitingMessages waiting = of(message.destination());
            if (!waiting.contains(message.id())) {
                append(added(message, 0, message.createdAt()));
                boolean unused = waiting.add(message, 0, message.createdAt());
                compact();
            }
            return true;
        });
    }

    @Override
    public List<LeasedMessage> lease(String destination, Instant now, Duration lease, int limit) {
        return locked(() -> of(destination).lease(now, lease, limit));
    }

    @Override
    public boolean remove(LeasedMessage message) {
        return locked(() -> {
            WaitingMessages waiting = of(message.message().destination());
            if (!waiting.isLeasedAs(message)) {
                return false;
            }
            append(change("remove", message.message()).build());
            return waiting.remove(message);
        });
    }

    @Override
    public boolean postpone(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 1, nextAttempt);
    }

    @Override
    public boolean release(LeasedMessage message, Instant nextAttempt) {
        return endLease(message, 0, nextAttempt);
    }

    private boolean endLease(LeasedMessage message, int failed, Instant nextAttempt) {
        return locked(() -> {
            WaitingMessages waiting = of(message.message().destination());
            if (!waiting.isLeasedAs(message)) {
                return false;
            }
            append(change("postpone", message.message())
                    .add("attempts", message.attempts() + failed)
                    .add("next", nextAttempt.toEpochMilli())
                    .build());
            return waiting.endLease(message, failed, nextAttempt);
        });
    }

    @Override
    public Backlog backlog(String destination) {
        return locked(() -> of(destination).backlog());
    }

    @Override
    public long clear(String destination) {
        return locked(() -> {
            append(JsonObject.builder()
                    .add("do", "clear")
                    .add("destination", destination)
                    .build());
            WaitingMessages removed = destinations.remove(destination);
            return removed == null ? 0L : removed.backlog().messages();
        });
    }

    /** Closes the file. Messages that wait remain in it. */
    @Override
    public void close() {
        locked(() -> {
            file.close();
            return true;
        });
    }

    // ---- the lines of the file

    private static JsonObject added(OutboxMessage message, int attempts, Instant next) {
        JsonObject.Builder line = change("add", message)
                .add("registration", message.account().registration())
                .add("account", message.account().account())
                .add("kind", message.kind())
                .add("payload", message.payload())
                .add("created", message.createdAt().toEpochMilli())
                .add("attempts", attempts)
                .add("next", next.toEpochMilli());
        message.collapseKey().ifPresent(key -> line.add("collapse", key));
        return line.build();
    }

    private static JsonObject.Builder change(String kind, OutboxMessage message) {
        return JsonObject.builder()
                .add("do", kind)
                .add("destination", message.destination())
                .add("id", message.id());
    }

    private void append(JsonObject line) throws IOException {
        file.append(JsonWriter.text(line));
    }

    private void compact() throws IOException {
        long useful = destinations.values().stream()
                .mapToLong(one -> one.backlog().messages())
                .sum();
        if (file.isMostlyObsolete(useful)) {
            file.replace(destinations.values().stream()
                    .flatMap(one -> one.all().stream())
                    .map(FileOutbox::line)
                    .toList());
        }
    }

    private static String line(Entry entry) {
        return JsonWriter.text(added(entry.message(), entry.attempts(), entry.nextAttempt()));
    }

    /** Applies a line of the file; ignores one of a later version that this one does not know. */
    private void replay(String text) {
        JsonDocument line = JsonDocument.parse(text).orElseGet(JsonDocument::empty);
        Optional<String> destination = line.text("destination");
        if (destination.isEmpty()) {
            return;
        }
        WaitingMessages waiting = of(destination.get());
        String id = line.text("id").orElse("");
        switch (line.text("do").orElse("")) {
            case "add" -> {
                boolean unused = waiting.add(message(line, destination.get(), id), attempts(line), next(line));
            }
            case "remove" -> waiting.removeById(id);
            case "postpone" -> waiting.postponeById(id, attempts(line), next(line));
            case "clear" -> {
                WaitingMessages unused = destinations.remove(destination.get());
            }
            default -> {}
        }
    }

    private static OutboxMessage message(JsonDocument line, String destination, String id) {
        return new OutboxMessage(
                id,
                destination,
                TokenKey.of(
                        line.text("registration").orElseThrow(),
                        line.text("account").orElseThrow()),
                line.text("kind").orElseThrow(),
                line.text("collapse"),
                line.text("payload").orElseThrow(),
                instant(line, "created"));
    }

    private static int attempts(JsonDocument line) {
        return line.text("attempts").map(Integer::parseInt).orElse(0);
    }

    private static Instant next(JsonDocument line) {
        return instant(line, "next");
    }

    private static Instant instant(JsonDocument line, String name) {
        return Instant.ofEpochMilli(line.text(name).map(Long::parseLong).orElseThrow());
    }

    // ---- the lock

    private WaitingMessages of(String destination) {
        return destinations.computeIfAbsent(destination, id -> new WaitingMessages());
    }

    /** Work on the file and the messages. */
    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) {
        lock.lock();
        try {
            return work.run();
        } catch (IOException e) {
            throw new OutboxException("the outbox " + path + " failed: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the path of the file. */
    @Override
    public String toString() {
        return "FileOutbox[" + path + "]";
    }
}
