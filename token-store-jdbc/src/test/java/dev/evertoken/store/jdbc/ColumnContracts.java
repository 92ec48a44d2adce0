package dev.evertoken.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.SharedTokenStoreContract;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** The shared store contract, with the tokens of one registration in a table of the application. */
abstract class ColumnContracts extends SharedTokenStoreContract {

    private Optional<HikariDataSource> pool = Optional.empty();

    abstract DataSource emptyDatabase();

    @AfterEach
    void closeThePool() {
        pool.ifPresent(HikariDataSource::close);
    }

    @Override
    protected TokenStore newStore() {
        HikariDataSource fresh = Postgres.pool(emptyDatabase(), 8);
        pool = Optional.of(fresh);
        Postgres.execute(
                fresh,
                "CREATE TABLE google_tokens (account varchar(512) PRIMARY KEY, access_token text,"
                        + " connected boolean, updated_at timestamp)");
        return another();
    }

    @Override
    protected TokenStore another() {
        TokenColumns columns = TokenColumns.of("google_tokens", "account")
                .accessToken("access_token")
                .connected("connected")
                .updatedAt("updated_at")
                .ownRows();
        return new TokensInside(ColumnTokenStore.open(
                pool.orElseThrow(),
                "contract",
                "test",
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of("google", columns)));
    }

    @Override
    protected void damage(TokenKey key) {
        Postgres.execute(
                pool.orElseThrow(),
                "UPDATE evertoken_state SET digest = scope WHERE account = '" + key.account() + "'");
    }
}
