package dev.evertoken.store.jdbc;

import static dev.evertoken.store.jdbc.DatabaseEngines.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SampleRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements of each operation, each in its own transaction, which the guide documents. */
class RoundTripsTest {

    private static final List<String> REFRESH = List.of("SELECT", "UPDATE", "UPDATE");
    private static final TokenKey GINA = TokenKey.of("google", "gina");

    private final CountingSource source = new CountingSource(H2.empty());
    private final JdbcTokenStore store =
            JdbcTokenStore.open(source.source(), "crm", JdbcOptions.defaults().createTableIfMissing());

    private List<String> statementsOf(Runnable operation) {
        source.drain();
        operation.run();
        return source.drain();
    }

    @Test
    void everyOperationIsOneStatement() {
        TokenRecord first = SampleRecords.full(ANNA);
        TokenRecord second = SampleRecords.next(first);

        assertThat(statementsOf(() -> store.load(ANNA))).as("absent").containsExactly("SELECT");
        assertThat(statementsOf(() -> store.compareAndSet(ANNA, TokenStore.ABSENT, first)))
                .containsExactly("INSERT");
        assertThat(statementsOf(() -> store.load(ANNA))).containsExactly("SELECT");
        assertThat(statementsOf(() -> store.compareAndSet(ANNA, first.revision(), second)))
                .containsExactly("UPDATE");
        assertThat(statementsOf(store::now)).containsExactly("SELECT");
        assertThat(statementsOf(() -> store.loadTimed(ANNA))).containsExactly("SELECT");
        assertThat(statementsOf(() -> store.remove(ANNA, second.revision()))).containsExactly("DELETE");
    }

    @Test
    @Fault("P1")
    void aBatchIsOneStatement() {
        TokenRecord annas = SampleRecords.full(ANNA);
        assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, annas)).isTrue();

        assertThat(statementsOf(() -> assertThat(store.loadAll(List.of(ANNA, GINA)))
                        .containsExactly(LoadResult.of(annas), LoadResult.absent(GINA))))
                .containsExactly("SELECT");
        assertThat(statementsOf(() -> store.loadAll(Collections.nCopies(501, ANNA))))
                .as("more than a page")
                .containsExactly("SELECT", "SELECT");
    }

    @Test
    void aRefreshIsThreeStatementsAndACachedTokenIsNone() {
        try (DatabaseEngines application = new DatabaseEngines()) {
            Tokens tokens = application.process(
                    store,
                    builder -> builder.client("google", application.google().registration())
                            .endpoints("google", application.google().endpoints()));
            tokens.connect(ANNA, application.acme().consent("anna"));
            tokens.connect(GINA, application.google().consent("gina"));
            AccessToken annasToken = tokens.accessToken(ANNA);
            AccessToken ginasToken = tokens.accessToken(GINA);

            assertThat(statementsOf(() -> tokens.replace(ANNA, annasToken)))
                    .as("load with the database's time, claim, settle")
                    .isEqualTo(REFRESH);
            assertThat(statementsOf(() -> tokens.replace(GINA, ginasToken))).isEqualTo(REFRESH);
            assertThat(statementsOf(() -> tokens.accessToken(ANNA))).isEmpty();
        }
    }

    @Test
    @Fault("O6")
    void theChangeStampIsOneStatementToReadAndTwoToMove() throws IOException {
        assertThat(statementsOf(store::moveChangeStamp)).as("the first").containsExactly("SELECT", "INSERT");

        assertThat(statementsOf(store::changeStamp)).containsExactly("SELECT");
        assertThat(statementsOf(store::moveChangeStamp)).containsExactly("SELECT", "UPDATE");
        assertThat(guide())
                .containsPattern("\\| Change stamp: [^|\n]*(\\|[^|\n]*){3}\\| 1 round trip and 2 round trips \\|");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Refresh of a rotating account", "Refresh of an account whose refresh token is not rotated"})
    void theGuideHasTheseFigures(String row) throws IOException {
        assertThat(guide())
                .containsPattern("\\| " + row + " (\\|[^|\n]*){3}\\| " + REFRESH.size() + " round trips \\|");
    }

    private static String guide() throws IOException {
        return Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "stores.md"));
    }

    @Test
    @Fault("P1")
    void theGuideHasTheFigureOfABatch() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "stores.md"));

        assertThat(guide).containsPattern("\\| Read of 500 records[^|]* (\\|[^|\n]*){3}\\| 1 round trip \\|");
    }
}
