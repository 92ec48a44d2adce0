package dev.evertoken.outbox;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** The messages of one destination in memory, with their lines and leases. Not thread-safe. */
final class WaitingMessages {

    /** Orders the first messages of the lines by the time from which they may be leased. */
    private static final Comparator<Entry> BY_TIME =
            Comparator.comparing(Entry::availableAt).thenComparingLong(Entry::position);

    private final Map<TokenKey, Deque<Entry>> lines = new HashMap<>();
    private final Map<String, Entry> byId = new HashMap<>();
    private final TreeMap<Long, Entry> byPosition = new TreeMap<>();
    private final TreeSet<Entry> heads = new TreeSet<>(BY_TIME);
    private long positions;

    /** One message. Its line reinserts it among the heads around each change of its time. */
    static final class Entry {
        private final OutboxMessage message;
        private final long position;
        private int attempts;
        private Instant nextAttempt;
        private Optional<LeasedMessage> lease = Optional.empty();

        Entry(OutboxMessage message, long position, int attempts, Instant nextAttempt) {
            this.message = message;
            this.position = position;
            this.attempts = attempts;
            this.nextAttempt = nextAttempt;
        }

        OutboxMessage message() {
            return message;
        }

        long position() {
            return position;
        }

        int attempts() {
            return attempts;
        }

        Instant nextAttempt() {
            return nextAttempt;
        }

        Instant availableAt() {
            return lease.map(LeasedMessage::leaseUntil).orElse(nextAttempt);
        }

        private boolean isLeasedAs(LeasedMessage leased) {
            return lease.filter(mine -> mine.leaseId().equals(leased.leaseId())).isPresent();
        }
    }

    /** Returns all messages in the order in which they were added. */
    Collection<Entry> all() {
        return byPosition.values();
    }

    /** Adds a message; returns false if one with its id waits. */
    boolean add(OutboxMessage message, int attempts, Instant nextAttempt) {
        if (byId.containsKey(message.id())) {
            return false;
        }
        Entry entry = new Entry(message, positions++, attempts, nextAttempt);
        Deque<Entry> line = lines.computeIfAbsent(message.account(), account -> new ArrayDeque<>());
        removeReplaced(line, message);
        line.addLast(entry);
        byId.put(message.id(), entry);
        byPosition.put(entry.position, entry);
        heads.add(line.getFirst());
        return true;
    }

    private void removeReplaced(Deque<Entry> line, OutboxMessage newer) {
        for (Iterator<Entry> waiting = line.iterator(); waiting.hasNext(); ) {
            Entry entry = waiting.next();
            if (newer.replaces(entry.message) && entry.lease.isEmpty()) {
                waiting.remove();
                forget(entry);
            }
        }
        if (!line.isEmpty()) {
            heads.add(line.getFirst());
        }
    }

    private void forget(Entry entry) {
        heads.remove(entry);
        byId.remove(entry.message.id());
        byPosition.remove(entry.position);
    }

    List<LeasedMessage> lease(Instant now, Duration lease, int limit) {
        List<Entry> due = new ArrayList<>();
        for (Entry head : heads) {
            if (due.size() == limit || head.availableAt().isAfter(now)) {
                break;
            }
            due.add(head);
        }
        List<LeasedMessage> leased = new ArrayList<>();
        for (Entry entry : due) {
            LeasedMessage mine = new LeasedMessage(
                    entry.message, entry.attempts, UUID.randomUUID().toString(), now.plus(lease));
            heads.remove(entry);
            entry.lease = Optional.of(mine);
            heads.add(entry);
            leased.add(mine);
        }
        return leased;
    }

    boolean remove(LeasedMessage leased) {
        Optional<Entry> entry = leasedAs(leased);
        entry.ifPresent(this::removeFromLine);
        return entry.isPresent();
    }

    private Optional<Entry> leasedAs(LeasedMessage leased) {
        return Optional.ofNullable(byId.get(leased.message().id())).filter(entry -> entry.isLeasedAs(leased));
    }

    private void removeFromLine(Entry entry) {
        TokenKey account = entry.message.account();
        Deque<Entry> line = lines.get(account);
        forget(entry);
        if (line != null) {
            line.remove(entry);
            if (line.isEmpty()) {
                lines.remove(account);
            } else {
                heads.add(line.getFirst());
            }
        }
    }

    /**
     * Ends a lease; removes the message if a later one replaces it. Returns false if the lease is not the current one.
     */
    boolean endLease(LeasedMessage leased, int failed, Instant nextAttempt) {
        Optional<Entry> found = leasedAs(leased);
        found.ifPresent(entry -> postpone(entry, entry.attempts + failed, nextAttempt));
        return found.isPresent();
    }

    private void postpone(Entry entry, int attempts, Instant nextAttempt) {
        if (isReplaced(entry)) {
            removeFromLine(entry);
            return;
        }
        boolean head = heads.remove(entry);
        entry.lease = Optional.empty();
        entry.attempts = attempts;
        entry.nextAttempt = Instant.ofEpochMilli(nextAttempt.toEpochMilli());
        if (head) {
            heads.add(entry);
        }
    }

    boolean contains(String id) {
        return byId.containsKey(id);
    }

    boolean isLeasedAs(LeasedMessage leased) {
        return leasedAs(leased).isPresent();
    }

    /** Removes a message if it is there. */
    void removeById(String id) {
        Entry entry = byId.get(id);
        if (entry != null) {
            removeFromLine(entry);
        }
    }

    /** Postpones a message if it is there. */
    void postponeById(String id, int attempts, Instant nextAttempt) {
        Entry entry = byId.get(id);
        if (entry != null) {
            postpone(entry, attempts, nextAttempt);
        }
    }

    private boolean isReplaced(Entry entry) {
        Deque<Entry> line = lines.get(entry.message.account());
        return line != null && line.stream().anyMatch(later -> later != entry && later.message.replaces(entry.message));
    }

    Backlog backlog() {
        return byPosition.isEmpty()
                ? Backlog.empty()
                : new Backlog(
                        byPosition.size(),
                        Optional.of(byPosition.firstEntry().getValue().message.createdAt()),
                        Optional.of(heads.first().availableAt()));
    }
}
