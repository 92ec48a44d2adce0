package dev.evertoken.examples.mailwarmup;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Service;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.util.Properties;

/** Sends with SMTP and reads with IMAP; the token is the password of the mechanism XOAUTH2. Thread-safe. */
final class MailProtocols {

    private static final String TIMEOUT_MILLIS = "10000";

    private final Tokens tokens;
    private final URI smtp;
    private final URI imap;
    private final Session session;

    MailProtocols(URI smtp, URI imap, Tokens tokens) {
        this.tokens = tokens;
        this.smtp = smtp;
        this.imap = imap;
        Properties properties = new Properties();
        describe(smtp, properties);
        describe(imap, properties);
        this.session = Session.getInstance(properties);
    }

    private static void describe(URI server, Properties properties) {
        String prefix = "mail." + server.getScheme() + ".";
        properties.setProperty(prefix + "host", server.getHost());
        properties.setProperty(prefix + "port", Integer.toString(server.getPort()));
        properties.setProperty(prefix + "auth", "true");
        properties.setProperty(prefix + "auth.mechanisms", "XOAUTH2");
        properties.setProperty(prefix + "connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty(prefix + "timeout", TIMEOUT_MILLIS);
        properties.setProperty(prefix + "writetimeout", TIMEOUT_MILLIS);
    }

    void send(MailAccount from, MailAccount to) throws MessagingException {
        MimeMessage message = WarmupMail.of(session, from, to);
        try (Transport transport = session.getTransport(smtp.getScheme())) {
            connect(transport, from);
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    /** Returns the number of messages in the inbox. */
    int read(MailAccount account) throws MessagingException {
        try (Store store = session.getStore(imap.getScheme())) {
            connect(store, account);
            try (Folder inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                return inbox.getMessageCount();
            }
        }
    }

    /** Logs in; if the server rejects the token, once more with another one. */
    private void connect(Service service, MailAccount account) throws MessagingException {
        AccessToken token = tokens.accessToken(account.key());
        try {
            service.connect(account.email(), token.value().reveal());
        } catch (AuthenticationFailedException e) {
            AccessToken other = tokens.replace(account.key(), token);
            service.connect(account.email(), other.value().reveal());
        }
    }
}
