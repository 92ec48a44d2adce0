package dev.evertoken.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.Backlog;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link Outbox}. Each test gets a new outbox. Not thread-safe; JUnit creates an instance for each
 * test.
 */
public abstract class OutboxContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");
    private static final String MIRROR = "mirror";

    private Optional<Outbox> opened = Optional.empty();

    /** For subclasses. */
    protected OutboxContract() {}

    /** Opens an empty outbox. Called before each test; the contract closes the outbox after it. */
    protected abstract Outbox newOutbox() throws Exception;

    /** Returns the outbox of this test. */
    protected final Outbox outbox() {
        return opened.orElseThrow();
    }

    @BeforeEach
    final void openTheOutbox() throws Exception {
        opened = Optional.of(newOutbox());
    }

    @AfterEach
    final void closeTheOutbox() {
        opened.ifPresent(Outbox::close);
    }

    @Test
    void anEmptyOutboxLeasesNothing() {
        assertEquals(List.of(), outbox().lease(MIRROR, NOON, LEASE, 10));
        assertEquals(Backlog.empty(), outbox().backlog(MIRROR));
    }

    @Test
    void aMessageIsLeasedAsItWasAdded() {
        OutboxMessage message = new OutboxMessage(
                "msg_1",
                MIRROR,
                TokenKey.of("größe", "ü€\uD83D\uDE00 '\"%_\\"),
                "connect",
                Optional.of("state"),
                "{\"name\":\"ü€\uD83D\uDE00\\n'\\\\\"}\n\t",
                NOON.plusMillis(7));
        outbox().add(message);

        LeasedMessage leased = leaseOne(NOON.plusMillis(7));

        assertEquals(message, leased.message());
        assertEquals(0, leased.attempts());
        assertEquals(NOON.plusMillis(7).plus(LEASE), leased.leaseUntil());
    }

    @Test
    void aPayloadOfTheMaximumLengthIsKept() {
        String payload = "é".repeat(OutboxMessage.MAX_PAYLOAD_LENGTH);
        outbox().add(new OutboxMessage("long", MIRROR, ALICE, "event", Optional.empty(), payload, NOON));

        assertEquals(payload, leaseOne(NOON).message().payload());
    }

    @Test
    void aMessageThatWaitsIsNotAddedAgain() {
        outbox().add(event("1", ALICE));
        outbox().add(event("1", ALICE));

        assertEquals(1, outbox().backlog(MIRROR).messages());
    }

    @Test
    void aLeasedMessageIsNotLeasedAgainUntilItsLeaseEnds() {
        outbox().add(event("1", ALICE));
        LeasedMessage first = leaseOne(NOON);

        assertEquals(List.of(), ids(NOON.plus(LEASE).minusMillis(1)));
        LeasedMessage second = leaseOne(NOON.plus(LEASE));

        assertEquals(first.message(), second.message());
        assertFalse(outbox().remove(first), "the lease of another process");
        assertFalse(outbox().postpone(first, NOON), "the lease of another process");
        assertFalse(outbox().release(first, NOON), "the lease of another process");
        assertTrue(outbox().remove(second));
    }

    @Test
    void aMessageCanBeRemovedAfterItsLeaseHasEndedIfNobodyHasLeasedIt() {
        outbox().add(event("1", ALICE));
        LeasedMessage leased = leaseOne(NOON);

        assertTrue(outbox().remove(leased));
        assertFalse(outbox().remove(leased), "gone");
        assertEquals(List.of(), ids(NOON.plus(LEASE)));
    }

    @Test
    void aPostponedMessageIsDueAtItsNextAttempt() {
        outbox().add(event("1", ALICE));
        Instant later = NOON.plusSeconds(60);

        assertTrue(outbox().postpone(leaseOne(NOON), later));

        assertEquals(List.of(), ids(later.minusMillis(1)));
        assertEquals(1, leaseOne(later).attempts());
    }

    @Test
    void aReleasedMessageKeepsItsAttempts() {
        outbox().add(event("1", ALICE));
        assertTrue(outbox().postpone(leaseOne(NOON), NOON));

        assertTrue(outbox().release(leaseOne(NOON), NOON.plusSeconds(5)));

        assertEquals(List.of(), ids(NOON.plusSeconds(4)));
        assertEquals(1, leaseOne(NOON.plusSeconds(5)).attempts());
    }

    @Test
    void onlyTheFirstMessageOfAnAccountIsLeased() {
        outbox().add(event("a1", ALICE));
        outbox().add(event("a2", ALICE));
        outbox().add(event("b1", BOB));

        List<LeasedMessage> first = outbox().lease(MIRROR, NOON, LEASE, 10);

        assertEquals(Set.of("a1", "b1"), new HashSet<>(ids(first)));
        assertEquals(List.of(), ids(NOON), "the second message of the account waits for the first one");
        assertTrue(outbox().remove(of("a1", first)));
        assertEquals(List.of("a2"), ids(NOON));
    }

    @Test
    void aPostponedMessageIsNotPassedByALaterOneOfItsAccount() {
        outbox().add(event("a1", ALICE));
        assertTrue(outbox().postpone(leaseOne(NOON), NOON.plusSeconds(60)));

        outbox().add(event("a2", ALICE));

        assertEquals(List.of(), ids(NOON.plusSeconds(59)));
        assertEquals(List.of("a1"), ids(NOON.plusSeconds(60)));
    }

    @Test
    void theMessagesThatHaveBeenDueLongestComeFirst() {
        IntStream.range(0, 10).forEach(i -> outbox().add(event("m" + i, TokenKey.of("google", "user-" + (9 - i)))));

        assertEquals(List.of("m0", "m1", "m2"), ids(outbox().lease(MIRROR, NOON, LEASE, 3)));
        assertEquals(List.of("m3"), ids(outbox().lease(MIRROR, NOON, LEASE, 1)));
    }

    @Test
    void aMessageReplacesTheWaitingOneOfItsCollapseKey() {
        outbox().add(state("a1", ALICE));
        outbox().add(state("b1", BOB));
        outbox().add(event("a2", ALICE));
        outbox().add(state("a3", ALICE));

        List<LeasedMessage> first = outbox().lease(MIRROR, NOON, LEASE, 10);

        assertEquals(Set.of("a2", "b1"), new HashSet<>(ids(first)));
        assertTrue(outbox().remove(of("a2", first)));
        assertEquals(List.of("a3"), ids(NOON));
    }

    @Test
    void aReplacedMessageTakesItsPostponementWithIt() {
        outbox().add(state("a1", ALICE));
        assertTrue(outbox().postpone(leaseOne(NOON), NOON.plusSeconds(3600)));

        outbox().add(state("a2", ALICE));

        LeasedMessage newest = leaseOne(NOON);
        assertEquals("a2", newest.message().id());
        assertEquals(0, newest.attempts());
    }

    @Test
    void aLeasedMessageKeepsItsPlaceUntilItsDeliveryHasEnded() {
        outbox().add(state("a1", ALICE));
        LeasedMessage inFlight = leaseOne(NOON);
        outbox().add(state("a2", ALICE));

        assertEquals(List.of(), ids(NOON), "the older message may still arrive");
        assertTrue(outbox().remove(inFlight));

        assertEquals(List.of("a2"), ids(NOON));
    }

    @Test
    void aPostponedMessageIsRemovedIfALaterOneReplacesIt() {
        outbox().add(state("a1", ALICE));
        LeasedMessage inFlight = leaseOne(NOON);
        outbox().add(state("a2", ALICE));

        assertTrue(outbox().postpone(inFlight, NOON.plusSeconds(60)));

        assertEquals(List.of("a2"), ids(NOON));
        assertEquals(1, outbox().backlog(MIRROR).messages());
    }

    @Test
    void destinationsAreSeparate() {
        outbox().add(state("1", ALICE));
        outbox().add(new OutboxMessage("2", "webhooks", ALICE, "state", Optional.of("state"), "{}", NOON));

        assertEquals(List.of("1"), ids(NOON));
        assertEquals(List.of("2"), ids(outbox().lease("webhooks", NOON, LEASE, 10)));
    }

    @Test
    void theBacklogStatesTheNumberTheOldestMessageAndTheNextAttempt() {
        outbox().add(event("1", ALICE, NOON.minusSeconds(90)));
        outbox().add(event("2", ALICE));
        outbox().add(event("3", BOB));
        List<LeasedMessage> leased = outbox().lease(MIRROR, NOON, LEASE, 10);
        assertTrue(outbox().postpone(of("1", leased), NOON.plusSeconds(10)));

        Backlog backlog = outbox().backlog(MIRROR);

        assertEquals(3, backlog.messages());
        assertEquals(Optional.of(NOON.minusSeconds(90)), backlog.oldest());
        assertEquals(Optional.of(NOON.plusSeconds(10)), backlog.nextAttempt());
        assertEquals(Duration.ofSeconds(90), backlog.lag(NOON));
    }

    @Test
    void theEndOfALeaseIsANextAttempt() {
        outbox().add(event("1", ALICE));
        LeasedMessage unused = leaseOne(NOON);

        assertEquals(Optional.of(NOON.plus(LEASE)), outbox().backlog(MIRROR).nextAttempt());
    }

    @Test
    void clearRemovesTheMessagesOfOneDestination() {
        outbox().add(event("1", ALICE));
        outbox().add(event("2", ALICE));
        LeasedMessage leased = leaseOne(NOON);
        outbox().add(new OutboxMessage("3", "webhooks", ALICE, "event", Optional.empty(), "{}", NOON));

        assertEquals(2, outbox().clear(MIRROR));

        assertFalse(outbox().remove(leased));
        assertEquals(Backlog.empty(), outbox().backlog(MIRROR));
        assertEquals(1, outbox().backlog("webhooks").messages());
    }

    @Test
    void concurrentProcessesNeverLeaseAMessageTwice() {
        int messages = 60;
        IntStream.range(0, messages)
                .forEach(i -> outbox().add(event("m" + i, TokenKey.of("google", "user-" + i % 20))));
        ConcurrentLinkedQueue<String> delivered = new ConcurrentLinkedQueue<>();

        List<String> perWorker = ConcurrentRun.run(4, worker -> deliverAll(delivered).stream());

        assertEquals(messages, perWorker.size());
        assertEquals(messages, new HashSet<>(delivered).size());
        IntStream.range(0, 20)
                .forEach(user -> assertEquals(
                        IntStream.range(0, messages)
                                .filter(i -> i % 20 == user)
                                .mapToObj(i -> "m" + i)
                                .toList(),
                        delivered.stream()
                                .filter(id -> Integer.parseInt(id.substring(1)) % 20 == user)
                                .toList()));
    }

    private List<String> deliverAll(Queue<String> delivered) {
        List<String> mine = new ArrayList<>();
        while (outbox().backlog(MIRROR).messages() > 0) {
            for (LeasedMessage leased : outbox().lease(MIRROR, NOON, LEASE, 3)) {
                mine.add(leased.message().id());
                delivered.add(leased.message().id());
                assertTrue(outbox().remove(leased));
            }
        }
        return mine;
    }

    private LeasedMessage leaseOne(Instant now) {
        List<LeasedMessage> leased = outbox().lease(MIRROR, now, LEASE, 10);
        assertEquals(1, leased.size(), "leased messages");
        return leased.get(0);
    }

    private List<String> ids(Instant now) {
        return ids(outbox().lease(MIRROR, now, LEASE, 10));
    }

    private static List<String> ids(List<LeasedMessage> leased) {
        return leased.stream().map(one -> one.message().id()).toList();
    }

    private static LeasedMessage of(String id, List<LeasedMessage> leased) {
        return leased.stream()
                .filter(one -> one.message().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static OutboxMessage event(String id, TokenKey account) {
        return event(id, account, NOON);
    }

    private static OutboxMessage event(String id, TokenKey account, Instant createdAt) {
        return new OutboxMessage(id, MIRROR, account, "event", Optional.empty(), "{}", createdAt);
    }

    private static OutboxMessage state(String id, TokenKey account) {
        return new OutboxMessage(id, MIRROR, account, "state", Optional.of("state"), "{}", NOON);
    }
}
