package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.DueSweepContract;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

/** The cost of a sweep over one PostgreSQL, in statements. */
class SweepCostTest extends DueSweepContract {

    private static final String COPY = """
            INSERT INTO evertoken_tokens
                (id, scope, namespace, registration, account, revision, due_at, record, digest)
            SELECT sha256(convert_to(namespace || '/' || n, 'UTF8')), scope, namespace, registration,
                account || '-' || n, revision, due_at + 1000 * n, record, digest
            FROM evertoken_tokens, generate_series(1, %d) n
            WHERE namespace = '%s' AND account = 'account-%d'
            """;

    private final HikariDataSource pool = Postgres.pool(Postgres.emptySchema(), 8);
    private final CountingSource counted = new CountingSource(pool);
    private final Map<String, Long> statements = new HashMap<>();
    private final AtomicInteger namespaces = new AtomicInteger();

    @AfterEach
    void closeThePool() {
        pool.close();
    }

    @Override
    protected TokenStore newStore() {
        return JdbcTokenStore.open(
                counted.source(),
                "contract-" + namespaces.incrementAndGet(),
                JdbcOptions.defaults().createTableIfMissing());
    }

    /** Copies one row: a million inserts of their own would take minutes. */
    @Override
    protected void insertOthers(TokenStore store, int from, int to) {
        assertThat(insert(store, from)).isTrue();
        String copy = COPY.formatted(to - from - 1, "contract-" + namespaces, from);
        Postgres.execute(pool, copy, "ANALYZE evertoken_tokens");
    }

    @Override
    protected Map<String, Long> operations() {
        counted.drain().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .forEach((kind, number) -> statements.merge(kind, number, Long::sum));
        return Map.copyOf(statements);
    }
}
