package dev.evertoken.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which errors of PostgreSQL, MySQL and H2 pass, and which are faults of the configuration. */
class SqlErrorsTest {

    @ParameterizedTest
    @Fault("O3")
    @CsvSource({
        "25006, 0, the database accepts no writes: the server",
        "25006, 1792, the database accepts no writes: the server",
        "HY000, 1290, the database accepts no writes: the server",
        "HY000, 1836, the database accepts no writes: the server",
        "90097, 90097, the database accepts no writes: the server",
        "53100, 0, the database accepts no writes: it has no disk space left",
        "HY000, 1021, the database accepts no writes: it has no disk space left",
        "HY000, 1114, the database accepts no writes: it has no disk space left",
        "HY000, 3675, the database accepts no writes: it has no disk space left",
        "90100, 90100, the database accepts no writes: it has no disk space left",
        "53200, 0, the database has no memory left",
        "HY000, 1041, the database has no memory left",
        "53300, 0, the database accepts no further connections",
        "08004, 1040, the database accepts no further connections",
        "HY000, 1040, the database accepts no further connections",
        "42000, 1203, the database accepts no further connections",
        "57P03, 0, 'the database is starting, stopping or recovering'",
        "57P01, 0, the connection could not be made or was lost",
        "08006, 0, the connection could not be made or was lost",
        "08004, 0, the connection could not be made or was lost",
        "40001, 0, other transactions prevent it",
        "40P01, 0, other transactions prevent it",
        "40001, 1213, other transactions prevent it",
        "HY000, 1205, other transactions prevent it",
        "90131, 90131, other transactions prevent it",
        "90020, 90020, other transactions prevent it",
        "HYT00, 50200, the operation timed out",
        "XX000, 0, the database failed",
    })
    void aStateThatPassesIsUnavailable(String state, int code, String sentence) {
        TokenException problem = problem(state, code);

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem).hasMessageStartingWith("the record cannot be written: " + sentence);
    }

    @ParameterizedTest
    @Fault("O3")
    @CsvSource({
        "28P01, 0, the database refuses the user or the password",
        "28000, 1045, the database refuses the user or the password",
        "3D000, 0, the database does not exist",
        "42000, 1049, the database does not exist",
        "42P01, 0, the table does not exist",
        "42S02, 1146, the table does not exist",
        "42703, 0, the table lacks a column",
        "42501, 0, the database user lacks the required permission",
        "42000, 1142, the database user lacks the required permission",
        "22001, 1406, a value does not fit its column",
    })
    void aFaultOfTheConfigurationIsRefused(String state, int code, String sentence) {
        TokenException problem = problem(state, code);

        assertThat(problem.problem()).isEqualTo(Problem.STORE_REFUSED);
        assertThat(problem).hasMessageStartingWith("the record cannot be written: " + sentence);
    }

    private static TokenException problem(String state, int code) {
        return SqlErrors.about(
                        "the record cannot be written",
                        "create the table",
                        new SQLException("planned by a test", state, code))
                .build();
    }
}
