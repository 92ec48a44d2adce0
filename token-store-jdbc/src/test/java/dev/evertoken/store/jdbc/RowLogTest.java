package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.store.jdbc.ReconciledRow.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The log lines about rows that the application has changed. */
class RowLogTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    private final PrintStream console = System.err;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final RowLog rows = new RowLog("users");

    RowLogTest() {
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(console);
    }

    @Test
    void aRowThatStaysAsItIsIsLoggedOnce() {
        for (int read = 0; read < 100; read++) {
            rows.compared(ALICE, Verdict.NOTHING, true, true);
            rows.compared(BOB, Verdict.BEHIND, false, true);
        }
        rows.compared(BOB, Verdict.AGREED, false, true);
        rows.compared(BOB, Verdict.ADOPTED, false, true);
        rows.compared(BOB, Verdict.ADOPTED, false, true);
        rows.compared(BOB, Verdict.AGREED, false, true);
        rows.compared(BOB, Verdict.BEHIND, false, true);

        assertThat(lines.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll("^.* - ", "")))
                .containsExactly(
                        "google/alice: table users has a value that is not a token, such as one with a line break; the"
                                + " account counts as not connected",
                        "google/bob: table users has older or fewer tokens than the store; the stored tokens are used,"
                                + " and the next write restores them",
                        "google/bob: table users has new tokens from another writer; they are used as a new grant",
                        "google/bob: table users has older or fewer tokens than the store; the stored tokens are used,"
                                + " and the next write restores them");
    }

    @Test
    void rowsThatAreInOrderAndNewAccountsAreNotLogged() {
        rows.compared(ALICE, Verdict.NOTHING, false, true);
        rows.compared(ALICE, Verdict.AGREED, false, true);
        rows.compared(ALICE, Verdict.CLEARED, false, true);
        rows.compared(ALICE, Verdict.ADOPTED, false, false);

        assertThat(lines.size()).isZero();
    }
}
