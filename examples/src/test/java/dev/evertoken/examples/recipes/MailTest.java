package dev.evertoken.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.examples.setup.MailServer;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Service;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A login with XOAUTH2 to SMTP and IMAP, with one refresh if the server rejects the token. */
@WithMockProviders
class MailTest {

    private final TokenKey key = TokenKey.of("google", "user-42");
    private final String address = "user-42@example.com";
    private MockProvider google;
    private Tokens tokens;

    @BeforeEach
    void connect(MockProviders providers) {
        google = providers.google();
        tokens = google.configure(Tokens.builder().namespace("crm").store("memory:"))
                .build();
        tokens.connect(key, google.consent("user-42"));
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    // docs/recipes.md begin
    /** Logs in with the token of an account; if the server rejects it, once more with another one. */
    private void connect(Service service, String user) throws MessagingException {
        AccessToken token = tokens.accessToken(key);
        try {
            service.connect(user, token.value().reveal());
        } catch (AuthenticationFailedException e) {
            service.connect(user, tokens.replace(key, token).value().reveal());
        }
    }
    // docs/recipes.md end

    @Test
    void anSmtpLoginWithARejectedTokenIsRepeatedOnceWithANewOne() throws MessagingException {
        google.expire("user-42");
        try (MailServer server = MailServer.smtp(google.ledger()::isAccepted)) {
            Properties settings = settings("smtp", server.port());
            // docs/recipes.md begin
            settings.setProperty("mail.smtp.auth", "true");
            settings.setProperty("mail.smtp.auth.mechanisms", "XOAUTH2");
            Transport transport = Session.getInstance(settings).getTransport("smtp");
            connect(transport, address);
            // docs/recipes.md end
            assertThat(transport.isConnected()).isTrue();
            transport.close();
            assertThat(server.logins()).containsExactly(address + " refused", address + " accepted");
        }
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
    }

    @Test
    void anImapLoginWithARejectedTokenIsRepeatedOnceWithANewOne() throws MessagingException {
        google.expire("user-42");
        try (MailServer server = MailServer.imap(google.ledger()::isAccepted)) {
            Properties settings = settings("imap", server.port());
            // docs/recipes.md begin
            settings.setProperty("mail.imap.auth.mechanisms", "XOAUTH2");
            Store store = Session.getInstance(settings).getStore("imap");
            connect(store, address);
            // docs/recipes.md end
            assertThat(store.isConnected()).isTrue();
            store.close();
            assertThat(server.logins()).containsExactly(address + " refused", address + " accepted");
        }
        assertThat(google.ledger().tokenRequests("user-42")).isEqualTo(1);
    }

    @Test
    void aServerThatRejectsEveryTokenIsAskedTwice() throws MessagingException {
        try (MailServer smtp = MailServer.smtp(token -> false);
                MailServer imap = MailServer.imap(token -> false)) {
            Properties settings = settings("smtp", smtp.port());
            settings.putAll(settings("imap", imap.port()));
            settings.setProperty("mail.smtp.auth", "true");
            settings.setProperty("mail.smtp.auth.mechanisms", "XOAUTH2");
            settings.setProperty("mail.imap.auth.mechanisms", "XOAUTH2");
            Transport transport = Session.getInstance(settings).getTransport("smtp");
            Store store = Session.getInstance(settings).getStore("imap");

            assertThatThrownBy(() -> connect(transport, address))
                    .isInstanceOf(AuthenticationFailedException.class)
                    .hasMessageStartingWith("334 " + MailServer.CHALLENGE);
            assertThatThrownBy(() -> connect(store, address))
                    .isInstanceOf(AuthenticationFailedException.class)
                    .hasMessageContaining("Invalid credentials");

            assertThat(smtp.logins()).containsExactly(address + " refused", address + " refused");
            assertThat(imap.logins()).containsExactly(address + " refused", address + " refused");
        }
        assertThat(google.ledger().tokenRequests("user-42"))
                .as("one for each login")
                .isEqualTo(2);
    }

    private static Properties settings(String protocol, int port) {
        Properties settings = new Properties();
        settings.setProperty("mail." + protocol + ".host", "127.0.0.1");
        settings.setProperty("mail." + protocol + ".port", String.valueOf(port));
        settings.setProperty("mail." + protocol + ".connectiontimeout", "10000");
        settings.setProperty("mail." + protocol + ".timeout", "10000");
        return settings;
    }
}
