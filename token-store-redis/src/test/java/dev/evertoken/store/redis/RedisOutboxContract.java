package dev.evertoken.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.OutboxContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The outbox contract on any kind of Redis, and what two processes over one server see of each other. */
abstract class RedisOutboxContract extends OutboxContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final String namespace = RedisInstance.newNamespace();

    abstract RedisInstance redis();

    @Override
    protected Outbox newOutbox() {
        return open(namespace);
    }

    RedisOutbox open(String name) {
        return RedisOutbox.open(redis().location(), name, redis().options());
    }

    @Test
    void twoProcessesThatLeaseAtTheSameTimeShareTheMessages() {
        IntStream.range(0, 40).forEach(i -> outbox().add(message("m" + i, "user-" + i)));

        List<String> leased = ConcurrentRun.run(2, process -> {
            try (Outbox mine = open(namespace)) {
                return IntStream.range(0, 10)
                        .mapToObj(round -> mine.lease("mirror", NOON, LEASE, 4))
                        .flatMap(List::stream)
                        .map(one -> one.message().id())
                        .toList()
                        .stream();
            }
        });

        List<String> rest = outbox().lease("mirror", NOON, LEASE, 40).stream()
                .map(one -> one.message().id())
                .toList();
        assertThat(Stream.of(leased, rest).flatMap(List::stream)).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aMessageOfOneProcessIsDeliveredByAnother() {
        outbox().add(message("m", "user"));

        try (Outbox another = open(namespace)) {
            LeasedMessage leased = another.lease("mirror", NOON, LEASE, 1).get(0);
            assertThat(another.remove(leased)).isTrue();
        }

        assertThat(outbox().backlog("mirror").messages()).isZero();
    }

    @Test
    void aMessageOfAnyCharactersKeepsItsPlace() {
        OutboxMessage first = new OutboxMessage(
                "a/1:{2}|*",
                "to/{x}", TokenKey.of("a b", "c/d:e"), "kind/1", Optional.of("k/{1}"), " two  blanks ", NOON);
        OutboxMessage second = new OutboxMessage(
                "a/0", "to/{x}", TokenKey.of("a b", "c/d:e"), "kind/2", Optional.empty(), "", NOON.plusMillis(1));
        outbox().add(first);
        outbox().add(second);

        LeasedMessage leased =
                outbox().lease("to/{x}", NOON.plusSeconds(1), LEASE, 10).get(0);

        assertThat(leased.message()).isEqualTo(first);
        assertThat(outbox().remove(leased)).isTrue();
        assertThat(outbox().lease("to/{x}", NOON.plusSeconds(1), LEASE, 10))
                .extracting(LeasedMessage::message)
                .containsExactly(second);
    }

    @Test
    void namespacesAreIsolated() {
        outbox().add(message("m", "user"));
        try (Outbox other = open(RedisInstance.newNamespace())) {
            assertThat(other.lease("mirror", NOON, LEASE, 1)).isEmpty();
            assertThat(other.clear("mirror")).isZero();
        }

        assertThat(outbox().lease("mirror", NOON, LEASE, 10)).hasSize(1);
    }

    private static OutboxMessage message(String id, String account) {
        return new OutboxMessage(id, "mirror", TokenKey.of("google", account), "event", Optional.empty(), "{}", NOON);
    }
}
