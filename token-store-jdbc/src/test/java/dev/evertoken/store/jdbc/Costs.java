package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Compares a compare-and-set with a plain JDBC write on the same database and pool: {@code mvn
 * -q -Pcosts -pl token-store-jdbc -am test-compile}. Each thread has its own account.
 */
final class Costs {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(5);

    private Costs() {}

    /** One repeated operation. */
    private interface Step {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        DataSource postgres = Postgres.emptySchema();
        System.out.printf(Locale.ROOT, "PostgreSQL started in %d ms%n", millisSince(began));
        measure("PostgreSQL", postgres);
        measure("H2", H2.empty());
    }

    private static void measure(String name, DataSource source) throws Exception {
        try (HikariDataSource pool = Postgres.pool(source, 8)) {
            JdbcTokenStore store =
                    JdbcTokenStore.open(pool, "costs", JdbcOptions.defaults().createTableIfMissing());
            Postgres.execute(pool, "CREATE TABLE bare (id bigint PRIMARY KEY, payload varchar(2000))");
            for (int threads : List.of(1, 8)) {
                double bare = perSecond(threads, thread -> bareWrite(pool, thread));
                double own = perSecond(threads, thread -> compareAndSet(store, "t" + threads + "-" + thread));
                System.out.printf(
                        Locale.ROOT,
                        "%-10s %d threads: bare write %6.0f/s, compare-and-set %6.0f/s, ratio %.2f%n",
                        name,
                        threads,
                        bare,
                        own,
                        own / bare);
            }
            long began = System.nanoTime();
            try (HikariDataSource fresh = Postgres.pool(source, 8)) {
                JdbcTokenStore.open(fresh, "costs").load(TokenKey.of("google", "t1-0"));
                System.out.printf(
                        Locale.ROOT, "%-10s restart: new pool, open and first load %d ms%n", name, millisSince(began));
            }
        }
    }

    private static Step bareWrite(DataSource pool, int thread) throws Exception {
        Postgres.execute(pool, "DELETE FROM bare WHERE id = " + thread, "INSERT INTO bare VALUES (" + thread + ", '')");
        String value = "x".repeat(900); // about as long as a record
        return () -> {
            try (Connection connection = pool.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("UPDATE bare SET payload = ? WHERE id = ?")) {
                statement.setString(1, value);
                statement.setLong(2, thread);
                statement.executeUpdate();
            }
        };
    }

    private static Step compareAndSet(TokenStore store, String account) {
        TokenKey key = TokenKey.of("google", account);
        TokenRecord[] current = {SampleRecords.full(key)};
        require(store.compareAndSet(key, TokenStore.ABSENT, current[0]));
        return () -> {
            TokenRecord next = SampleRecords.next(current[0]);
            require(store.compareAndSet(key, current[0].revision(), next));
            current[0] = next;
        };
    }

    private interface StepOf {
        Step thread(int number) throws Exception;
    }

    private static double perSecond(int threads, StepOf steps) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Step> all = IntStream.range(0, threads)
                    .mapToObj(thread -> unchecked(() -> steps.thread(thread)))
                    .toList();
            runConcurrently(executor, all, WARM_UP);
            return runConcurrently(executor, all, MEASURED) / (MEASURED.toMillis() / 1000.0);
        } finally {
            executor.shutdownNow();
        }
    }

    private static long runConcurrently(ExecutorService executor, List<Step> steps, Duration length) throws Exception {
        long end = System.nanoTime() + length.toNanos();
        List<Callable<Long>> tasks = steps.stream()
                .<Callable<Long>>map(step -> () -> {
                    long done = 0;
                    while (System.nanoTime() - end < 0) {
                        step.run();
                        done++;
                    }
                    return done;
                })
                .toList();
        long all = 0;
        for (Future<Long> future : executor.invokeAll(tasks)) {
            all += future.get();
        }
        return all;
    }

    private static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("another process writes to the table");
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
