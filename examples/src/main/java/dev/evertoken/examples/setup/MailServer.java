package dev.evertoken.examples.setup;

import dev.evertoken.model.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * As much of an SMTP and an IMAP server as a login with XOAUTH2, one message and a look into the inbox need. A rejected
 * token gets the error challenge of Google's servers, and the refusal after the client's response to it. Thread-safe.
 */
public final class MailServer implements AutoCloseable {

    /** The challenge after a rejected token, in Base64. */
    public static final String CHALLENGE = encoded("{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"mail\"}");

    private final ServerSocket socket;
    private final Predicate<Secret> accepts;
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private final AtomicInteger messages = new AtomicInteger();

    private MailServer(Predicate<Secret> accepts, boolean smtp) {
        this.accepts = accepts;
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(() -> serve(smtp), "mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts an SMTP server on a free port of this machine. */
    public static MailServer smtp(Predicate<Secret> accepts) {
        return new MailServer(accepts, true);
    }

    /** Starts an IMAP server, whose inboxes have one message, on a free port of this machine. */
    public static MailServer imap(Predicate<Secret> accepts) {
        return new MailServer(accepts, false);
    }

    /** Returns the port. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Returns the outcomes of the logins, in order. */
    public List<String> logins() {
        return List.copyOf(logins);
    }

    /** Returns the number of messages that were accepted. */
    public int messages() {
        return messages.get();
    }

    private void serve(boolean smtp) {
        while (!socket.isClosed()) {
            try (Socket one = socket.accept()) {
                Session session = new Session(one);
                if (smtp) {
                    smtp(session);
                } else {
                    imap(session);
                }
            } catch (IOException e) {
                // The client has closed the connection, or this server is closed.
            }
        }
    }

    private void smtp(Session session) throws IOException {
        session.send("220 ready");
        for (String line = session.read(); line != null; line = session.read()) {
            if (line.startsWith("EHLO")) {
                session.send("250-mock", "250 AUTH XOAUTH2");
            } else if (line.startsWith("AUTH XOAUTH2 ")) {
                if (isAccepted(line.substring("AUTH XOAUTH2 ".length()))) {
                    session.send("235 accepted");
                } else {
                    session.send("334 " + CHALLENGE);
                    session.read();
                    session.send("535 5.7.8 Username and Password not accepted");
                }
            } else if (line.equals("DATA")) {
                session.send("354 end with a dot");
                session.readToDot();
                messages.incrementAndGet();
                session.send("250 accepted");
            } else {
                session.send(line.startsWith("QUIT") ? "221 bye" : "250 ok");
            }
        }
    }

    private void imap(Session session) throws IOException {
        session.send("* OK ready");
        for (String line = session.read(); line != null; line = session.read()) {
            String[] words = line.split(" ", 4);
            switch (words[1]) {
                case "CAPABILITY" -> session.send("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2", words[0] + " OK done");
                case "AUTHENTICATE" -> {
                    if (isAccepted(words[3])) {
                        session.send(words[0] + " OK accepted");
                    } else {
                        session.send("+ " + CHALLENGE);
                        session.read();
                        session.send(words[0] + " NO [AUTHENTICATIONFAILED] Invalid credentials");
                    }
                }
                case "SELECT", "EXAMINE" ->
                    session.send("* 1 EXISTS", "* 0 RECENT", "* OK [UIDVALIDITY 1] valid", words[0] + " OK done");
                case "LOGOUT" -> session.send("* BYE", words[0] + " OK done");
                default -> session.send(words[0] + " OK done");
            }
        }
    }

    /** The initial response is {@code user=…^Aauth=Bearer …^A^A} in Base64. */
    private boolean isAccepted(String initialResponse) {
        String text = new String(Base64.getDecoder().decode(initialResponse), StandardCharsets.UTF_8);
        String[] parts = text.split("\u0001", -1);
        boolean accepted = accepts.test(Secret.of(parts[1].substring("auth=Bearer ".length())));
        logins.add(parts[0].substring("user=".length()) + (accepted ? " accepted" : " refused"));
        return accepted;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of one connection. */
    private static final class Session {
        private final BufferedReader in;
        private final Writer out;

        Session(Socket socket) throws IOException {
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
        }

        @Nullable
        String read() throws IOException {
            return in.readLine();
        }

        void readToDot() throws IOException {
            String line = read();
            while (line != null && !line.equals(".")) {
                line = read();
            }
        }

        void send(String... lines) throws IOException {
            for (String line : lines) {
                out.write(line + "\r\n");
            }
            out.flush();
        }
    }
}
