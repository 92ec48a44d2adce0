package dev.evertoken.store.jdbc;

import static dev.evertoken.store.jdbc.DatabaseEngines.ANNA;
import static dev.evertoken.store.jdbc.DatabaseEngines.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ConcurrentRun;
import dev.evertoken.testing.SampleRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL whose transactions are serializable, so that it rolls back transactions that meet. */
class SerializableTest {

    private static final int THREADS = 12;
    private static final int WRITES = 4;

    private final PGSimpleDataSource direct = Postgres.emptySchema();
    private final HikariDataSource pool = Postgres.pool(serializable(), THREADS);
    private final JdbcTokenStore store =
            JdbcTokenStore.open(pool, "crm", JdbcOptions.defaults().createTableIfMissing());

    /** Every statement reads the whole table, as the planner chooses for a small one, and thus meets all others. */
    private PGSimpleDataSource serializable() {
        PGSimpleDataSource source = Postgres.source(Postgres.port(), direct.getCurrentSchema());
        source.setOptions(
                "-c default_transaction_isolation=serializable -c enable_indexscan=off" + " -c enable_bitmapscan=off");
        return source;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    @Fault("O3")
    void everyWriteOfManyThreadsSucceedsAtLast() {
        List<TokenRecord> first = ConcurrentRun.run(THREADS, this::insert);
        beforeEachUpdate("PERFORM pg_sleep(0.01);"); // as long as a distant database takes

        List<Boolean> succeeded = ConcurrentRun.run(THREADS, thread -> writes(first.get(thread)));

        assertThat(succeeded).hasSize(THREADS * WRITES).containsOnly(true);
    }

    @Test
    @Fault("O3")
    void aRotationThatIsRolledBackTenTimesIsSavedWithoutAnAlarm() {
        Events events = new Events();
        try (DatabaseEngines application = new DatabaseEngines()) {
            Tokens tokens = application.process(store, builder -> builder.listener(events));
            tokens.connect(ANNA, application.expired("anna"));
            Postgres.execute(direct, "CREATE SEQUENCE attempts");
            beforeEachUpdate("IF nextval('" + direct.getCurrentSchema() + ".attempts') % 11 <> 0 THEN"
                    + " RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END IF;");

            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);

            until(() -> events.of(TokenEvent.Refreshed.class) == 1);
            assertThat(events.of(TokenEvent.RotationAtRisk.class)).isZero();
            assertThat(store.load(ANNA).orElseThrow().generation()).isEqualTo(2);
            assertThat(application.acme().ledger().tokenRequests()).isEqualTo(1);
        }
    }

    private Stream<TokenRecord> insert(int thread) {
        TokenRecord record = SampleRecords.full(TokenKey.of("acme", "account-" + thread));
        assertThat(store.compareAndSet(record.key(), TokenStore.ABSENT, record)).isTrue();
        return Stream.of(record);
    }

    /** Writes the record of one account again and again. */
    private Stream<Boolean> writes(TokenRecord first) {
        TokenRecord record = first;
        List<Boolean> succeeded = new ArrayList<>();
        while (succeeded.size() < WRITES) {
            TokenRecord next = SampleRecords.next(record);
            succeeded.add(store.compareAndSet(record.key(), record.revision(), next));
            record = next;
        }
        return succeeded.stream();
    }

    private void beforeEachUpdate(String statement) {
        Postgres.execute(
                direct,
                "CREATE FUNCTION before_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + statement
                        + " RETURN NEW; END $$",
                "CREATE TRIGGER before_update BEFORE UPDATE ON evertoken_tokens FOR EACH ROW"
                        + " EXECUTE FUNCTION before_update()");
    }

    private record Events(Queue<TokenEvent> all) implements TokenListener {

        Events() {
            this(new ConcurrentLinkedQueue<>());
        }

        @Override
        public void on(TokenEvent event) {
            all.add(event);
        }

        long of(Class<? extends TokenEvent> kind) {
            return all.stream().filter(kind::isInstance).count();
        }
    }
}
