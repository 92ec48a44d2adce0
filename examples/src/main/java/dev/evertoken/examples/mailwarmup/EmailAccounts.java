package dev.evertoken.examples.mailwarmup;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.store.jdbc.AccountType;
import dev.evertoken.store.jdbc.ColumnTokenStore;
import dev.evertoken.store.jdbc.JsonMembers;
import dev.evertoken.store.jdbc.TokenColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The pool's table, as it was before: the library keeps its tokens in the column {@code oauth}. Thread-safe. */
final class EmailAccounts {

    static final String SCHEMA =
            "CREATE TABLE email_accounts (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, oauth jsonb)";

    static final String NAMESPACE = "mailwarmup";
    static final String ENVIRONMENT = "prod";

    private final DataSource database;

    EmailAccounts(DataSource database) {
        this.database = database;
    }

    /** Opens the store over the column; existing tokens are used as they are. */
    ColumnTokenStore tokens() {
        TokenColumns columns = TokenColumns.of("email_accounts", "id")
                .accounts(AccountType.NUMBER)
                .json("oauth", JsonMembers.googleAuthorizedUser())
                .adopting(RefreshModel.STATIC);
        return ColumnTokenStore.open(
                database,
                NAMESPACE,
                ENVIRONMENT,
                ColumnTokenStore.options().createTableIfMissing(),
                Map.of("google", columns));
    }

    /** @throws IllegalStateException if the database does not respond */
    List<MailAccount> all() {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT id, email FROM email_accounts ORDER BY id");
                ResultSet rows = select.executeQuery()) {
            List<MailAccount> accounts = new ArrayList<>();
            while (rows.next()) {
                accounts.add(new MailAccount(rows.getLong(1), rows.getString(2)));
            }
            return accounts;
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not respond", e);
        }
    }

    /**
     * Returns the account with an address, and adds it if the pool does not have it yet. Connecting an account again
     * changes its row and never adds one.
     */
    MailAccount withAddress(String email) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO email_accounts (email) VALUES (?)"
                        + " ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id")) {
            insert.setString(1, email);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new MailAccount(row.getLong(1), email);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not respond", e);
        }
    }
}
