package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of a client that wait for their refresh. The tenants take turns, and within a tenant the token that
 * expires first comes first. The number of accounts is bounded, in total and for each tenant. Not thread-safe.
 */
final class FairQueue {

    private final int most;
    private final int mostOfTenant;
    private final Map<String, PriorityQueue<Candidate>> byTenant = new HashMap<>();
    private final Deque<String> turns = new ArrayDeque<>();
    private final Set<TokenKey> keys = new HashSet<>();
    private final NavigableMap<Instant, Integer> dueTimes = new TreeMap<>();

    FairQueue(int most, int mostOfTenant) {
        this.most = most;
        this.mostOfTenant = mostOfTenant;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    boolean isFull() {
        return keys.size() >= most;
    }

    int size() {
        return keys.size();
    }

    boolean contains(TokenKey key) {
        return keys.contains(key);
    }

    /** Returns whether the queue accepts a further account of a tenant. */
    boolean hasRoomFor(String tenant) {
        PriorityQueue<Candidate> waiting = byTenant.get(tenant);
        return !isFull() && (waiting == null || waiting.size() < mostOfTenant);
    }

    /** Adds an account if there is room for it. */
    void add(Candidate candidate) {
        if (hasRoomFor(candidate.tenant()) && keys.add(candidate.key())) {
            PriorityQueue<Candidate> waiting = byTenant.computeIfAbsent(candidate.tenant(), tenant -> {
                turns.add(tenant);
                return new PriorityQueue<>(Candidate.SOONEST_FIRST);
            });
            waiting.add(candidate);
            dueTimes.merge(candidate.dueAt(), 1, Integer::sum);
        }
    }

    /** Removes and returns the next account, null if there is none. */
    @Nullable
    Candidate poll() {
        String tenant = turns.poll();
        if (tenant == null) {
            return null;
        }
        PriorityQueue<Candidate> waiting = byTenant.getOrDefault(tenant, new PriorityQueue<>());
        Candidate next = waiting.remove();
        keys.remove(next.key());
        dueTimes.computeIfPresent(next.dueAt(), (due, count) -> count == 1 ? null : count - 1);
        if (waiting.isEmpty()) {
            byTenant.remove(tenant);
        } else {
            turns.add(tenant);
        }
        return next;
    }

    /** Returns the account that has been due for the longest time; reads all of them. */
    Optional<Candidate> oldest() {
        return byTenant.values().stream().flatMap(PriorityQueue::stream).min(Comparator.comparing(Candidate::dueAt));
    }

    /** Returns since when the account that has waited longest has been due. */
    Optional<Instant> oldestDue() {
        return dueTimes.isEmpty() ? Optional.empty() : Optional.of(dueTimes.firstKey());
    }
}
