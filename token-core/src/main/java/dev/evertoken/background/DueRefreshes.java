package dev.evertoken.background;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The clients, the audit and the runs of a background refresh. Not thread-safe, except for the methods that report;
 * used on the thread of the {@link Loop}.
 */
final class DueRefreshes {

    private final TokenOperations operations;
    private final Timekeeper time;
    private final Loop loop;
    private final Tallies tallies = new Tallies();
    private final Map<String, ClientSweep> clients = new LinkedHashMap<>();
    private final List<Round> rounds = new ArrayList<>();
    private final Audit audit;
    private final BacklogAlarm alarm;
    private boolean started;
    private Timekeeper.@Nullable Scheduled wake;
    private volatile List<ClientBacklog> backlogs = List.of();
    private volatile Optional<Instant> oldestDue = Optional.empty();

    DueRefreshes(Tokens tokens, Settings settings, Loop loop) {
        this.operations = tokens.operations();
        this.time = operations.timekeeper();
        this.loop = loop;
        this.alarm = new BacklogAlarm(settings.alarmAfter(), this::report);
        Optional<DueIndex> stored = operations.dueIndex();
        MemoryDueIndex inMemory = new MemoryDueIndex(operations);
        DueIndex index = stored.orElse(inMemory);
        Tenants tenants = new Tenants(settings.tenants());
        for (ClientStatus client : operations.clients()) {
            String registration = client.registration();
            boolean isLazy = !settings.refreshIdle()
                    && Need.isLazy(
                            tokens.provider(TokenKey.of(registration, "any")).profile());
            clients.put(
                    registration,
                    new ClientSweep(
                            registration, settings, operations, index, isLazy, tenants, loop, tallies, this::proceed));
        }
        this.audit = new Audit(
                operations,
                settings,
                tallies,
                key -> Optional.ofNullable(clients.get(key.registration())),
                stored.isPresent() ? record -> agree(index, record) : inMemory::put,
                loop::isClosed);
    }

    private static void agree(DueIndex index, RecordView record) {
        if (record.dueAt().filter(due -> !index.isListed(record.key(), due)).isPresent()) {
            index.repair(record.key());
        }
    }

    /** Starts the refreshes that are due now, in addition to the runs. */
    void tick() {
        started = true;
        clients.values().forEach(ClientSweep::request);
        startAll();
        audit.proceed();
        proceed();
    }

    void begin(Round round) {
        rounds.add(round);
        tallies.add(round.tally());
        clients.values().forEach(ClientSweep::request);
        startAll();
        if (operations.now().isBefore(round.deadline())) {
            audit.proceed();
        }
        proceed();
    }

    /** Starts the refreshes that may start now, and ends the runs that are done or whose deadline has come. */
    void proceed() {
        startAll();
        oldestDue = clients.values().stream()
                .flatMap(client -> client.oldestDue().stream())
                .min(Instant::compareTo);
        alarm.check(oldestOverdue());
        wakeLater();
        backlogs = clients.values().stream().map(ClientSweep::backlog).toList(); // after the timer is set
        endRounds();
    }

    private void report(Duration overdue, String detail) {
        clients.values().stream()
                .flatMap(client -> client.oldest().stream())
                .min(Comparator.comparing(Candidate::dueAt))
                .map(Candidate::key)
                .ifPresent(key -> operations.reportBacklog(key, overdue, waiting(key), detail));
    }

    private int waiting(TokenKey key) {
        return Optional.ofNullable(clients.get(key.registration()))
                .map(ClientSweep::waiting)
                .orElse(0);
    }

    private void startAll() {
        boolean mayStart =
                started || rounds.stream().anyMatch(round -> operations.now().isBefore(round.deadline()));
        for (ClientSweep client : clients.values()) {
            client.proceed(mayStart);
        }
    }

    /** Ends all runs and the audit. */
    void close() {
        List.copyOf(rounds).forEach(this::end);
        audit.endPass();
    }

    List<ClientBacklog> backlogs() {
        return backlogs;
    }

    Optional<Duration> oldestOverdue() {
        Instant now = operations.now();
        return oldestDue.map(due -> Duration.between(due, now));
    }

    private void endRounds() {
        Instant now = operations.now();
        for (Round round : List.copyOf(rounds)) {
            boolean isOver = !now.isBefore(round.deadline());
            if (isOver || clients.values().stream().allMatch(client -> isDone(client, round, now))) {
                end(round);
            }
        }
    }

    private static boolean isDone(ClientSweep client, Round round, Instant now) {
        return client.isDone()
                || (!client.isRunning() && now.plus(client.untilNext()).isAfter(round.deadline()));
    }

    private void end(Round round) {
        rounds.remove(round);
        tallies.remove(round.tally());
        boolean moreDue = clients.values().stream().anyMatch(client -> !client.isDone());
        round.end(round.tally().report(moreDue, oldestOverdue()));
    }

    /** Continues when the budget of a client allows the next refresh, or a run is over. */
    private void wakeLater() {
        if (wake != null) {
            wake.cancel();
            wake = null;
        }
        Instant now = operations.now();
        Optional<Duration> next = Stream.concat(
                        clients.values().stream()
                                .filter(ClientSweep::waitsForTime)
                                .map(ClientSweep::untilNext),
                        rounds.stream().map(round -> Duration.between(now, round.deadline())))
                .min(Duration::compareTo);
        if (next.isPresent() && (started || !rounds.isEmpty())) {
            wake = time.schedule(next.get(), () -> loop.execute(this::proceed));
        }
    }
}
