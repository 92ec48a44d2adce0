package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.outbox.LeasedMessage;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.OutboxContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outbox contract over a connection pool, and what two processes over one table see of each other. */
abstract class OutboxContracts extends OutboxContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(30);

    private HikariDataSource pool;

    abstract DataSource emptyDatabase();

    @AfterEach
    void closeThePool() {
        pool.close();
    }

    @Override
    protected Outbox newOutbox() {
        pool = Postgres.pool(emptyDatabase(), 8);
        return open("contract");
    }

    private JdbcOutbox open(String namespace) {
        return JdbcOutbox.open(pool, namespace, JdbcOptions.outbox().createTableIfMissing());
    }

    @Test
    void twoProcessesThatLeaseAtTheSameTimeShareTheMessages() {
        Outbox another = open("contract");
        IntStream.range(0, 40).forEach(i -> outbox().add(message("m" + i, "user-" + i)));

        List<String> leased = ConcurrentRun.run(2, process -> {
            Outbox mine = process == 0 ? outbox() : another;
            return IntStream.range(0, 10)
                    .mapToObj(round -> mine.lease("mirror", NOON, LEASE, 4))
                    .flatMap(List::stream)
                    .map(one -> one.message().id())
                    .toList()
                    .stream();
        });

        List<String> rest = outbox().lease("mirror", NOON, LEASE, 40).stream()
                .map(one -> one.message().id())
                .toList();
        assertThat(Stream.of(leased, rest).flatMap(List::stream)).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void oneMessageThatTwoProcessesAddIsThereOnce() {
        Outbox another = open("contract");

        List<String> unused = ConcurrentRun.run(2, process -> {
            (process == 0 ? outbox() : another).add(message("same", "user"));
            return IntStream.empty().mapToObj(String::valueOf);
        });

        assertThat(outbox().backlog("mirror").messages()).isEqualTo(1);
    }

    @Test
    void aMessageOfOneProcessIsDeliveredByAnother() {
        outbox().add(message("m", "user"));

        LeasedMessage leased = open("contract").lease("mirror", NOON, LEASE, 1).get(0);

        assertThat(open("contract").remove(leased)).isTrue();
        assertThat(outbox().backlog("mirror").messages()).isZero();
    }

    @Test
    void namespacesAreIsolated() {
        outbox().add(message("m", "user"));
        Outbox other = open("other");

        assertThat(other.lease("mirror", NOON, LEASE, 1)).isEmpty();
        assertThat(other.clear("mirror")).isZero();
        other.add(message("m", "user"));

        assertThat(outbox().lease("mirror", NOON, LEASE, 10)).hasSize(1);
    }

    @Test
    void aFailureOfTheDatabaseNamesTheTableAndNoValue() {
        pool.close();

        assertThatThrownBy(() -> outbox().add(message("m", "user")))
                .isInstanceOf(OutboxException.class)
                .hasMessageStartingWith("google/user: the message cannot be written to table evertoken_outbox:")
                .hasMessageNotContaining("payload");
    }

    private static OutboxMessage message(String id, String account) {
        return new OutboxMessage(
                id, "mirror", TokenKey.of("google", account), "event", Optional.empty(), "payload", NOON);
    }
}
