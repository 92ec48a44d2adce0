package dev.evertoken.examples.recipes;

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
import java.util.function.Predicate;

/**
 * As much of an SMTP and an IMAP server as a login with XOAUTH2 needs. A rejected token gets the error challenge of
 * Google's servers, and the refusal after the client's response to it.
 */
final class MailServer implements AutoCloseable {

    static final String CHALLENGE = encoded("{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"mail\"}");

    private final ServerSocket socket;
    private final Predicate<Secret> accepts;
    private final List<String> logins = new CopyOnWriteArrayList<>();

    private MailServer(Predicate<Secret> accepts, boolean smtp) {
        this.accepts = accepts;
        try {
            this.socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(() -> serve(smtp), "mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    static MailServer smtp(Predicate<Secret> accepts) {
        return new MailServer(accepts, true);
    }

    static MailServer imap(Predicate<Secret> accepts) {
        return new MailServer(accepts, false);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Returns the outcomes of the logins, in order. */
    List<String> logins() {
        return List.copyOf(logins);
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
                // The client or the test has closed the connection.
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

        String read() throws IOException {
            return in.readLine();
        }

        void send(String... lines) throws IOException {
            for (String line : lines) {
                out.write(line + "\r\n");
            }
            out.flush();
        }
    }
}
