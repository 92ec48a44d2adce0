package dev.evertoken.examples.mailwarmup;

import dev.evertoken.examples.setup.Variables;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the pool, read from environment variables. Immutable.
 *
 * @param google the client at Google, for all accounts; a row needs none of its own
 * @param keys the keys that seal the journal and pending consents; the column stays in clear text
 * @param database the JDBC address of the PostgreSQL database
 * @param every the time between two rounds of the workers
 * @param home the address of the routes in the browser
 * @param port the port of the routes on this machine; 0 chooses a free one
 * @param gmail the address of the Gmail API
 * @param smtp the mail server to send with, such as {@code smtps://smtp.gmail.com:465}
 * @param imap the mail server to read from, such as {@code imaps://imap.gmail.com:993}
 */
public record MailSettings(
        ClientRegistration google,
        KeyRing keys,
        Secret database,
        Duration every,
        URI home,
        int port,
        URI gmail,
        URI smtp,
        URI imap) {

    static final String DATABASE = "MAILWARMUP_DATABASE";

    /** The scope of SMTP and IMAP, which covers the Gmail API. */
    private static final String SCOPES = "openid https://mail.google.com/";

    private static final List<String> ALL = List.of(
            "GOOGLE_CLIENT_ID",
            "GOOGLE_CLIENT_SECRET",
            DATABASE,
            "MAILWARMUP_EVERY_MINUTES",
            "MAILWARMUP_HOME",
            "MAILWARMUP_PORT",
            "MAILWARMUP_GMAIL",
            "MAILWARMUP_SMTP",
            "MAILWARMUP_IMAP");

    /** Returns the settings; empty if no variable of the pool is set. */
    static Optional<MailSettings> from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        return variables.hasAny(ALL) ? Optional.of(read(variables)) : Optional.empty();
    }

    private static MailSettings read(Variables variables) {
        Optional<ClientRegistration> google = variables.client("GOOGLE", SCOPES);
        Optional<KeyRing> keys = variables.keys();
        Optional<Secret> database = variables.database(DATABASE);
        Optional<Integer> minutes = variables.number("MAILWARMUP_EVERY_MINUTES", 60, 1, 1440);
        Optional<URI> home = variables.address("MAILWARMUP_HOME", "http://localhost:8081");
        Optional<Integer> port = variables.number("MAILWARMUP_PORT", 8081, 0, 65_535);
        Optional<URI> gmail = variables.address("MAILWARMUP_GMAIL", "https://gmail.googleapis.com/gmail/v1");
        Optional<URI> smtp = variables.server("MAILWARMUP_SMTP", "smtps://smtp.gmail.com:465", "smtp", "smtps");
        Optional<URI> imap = variables.server("MAILWARMUP_IMAP", "imaps://imap.gmail.com:993", "imap", "imaps");
        variables.requireAll();
        return new MailSettings(
                google.orElseThrow(),
                keys.orElseThrow(),
                database.orElseThrow(),
                Duration.ofMinutes(minutes.orElseThrow()),
                home.orElseThrow(),
                port.orElseThrow(),
                gmail.orElseThrow(),
                smtp.orElseThrow(),
                imap.orElseThrow());
    }
}
