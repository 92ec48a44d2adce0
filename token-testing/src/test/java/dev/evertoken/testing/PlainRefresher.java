package dev.evertoken.testing;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A refresher on a bare socket that keeps its contract, or breaks it in one way that the contract test has to
 * detect.
 */
final class PlainRefresher implements Provider, Refresher {

    /** One way to break the contract. */
    enum Flaw {
        NONE,
        REQUESTS_NO_PERMIT,
        REQUESTS_PERMIT_LATE,
        IGNORES_A_REFUSAL,
        SENDS_AGAIN,
        IGNORES_THE_DEADLINE,
        NEVER_ENDS_AN_OVERDUE_CALL,
        READS_WITHOUT_END,
        FOLLOWS_REDIRECTS,
        THROWS_FOR_BAD_RESPONSES,
        REPORTS_MAYBE_SENT_WHEN_REFUSED,
        REPORTS_NOT_SENT,
        IGNORES_THE_DIALECT,
        REPEATS_THE_BODY
    }

    private static final int LARGEST = 1 << 20;

    private final Flaw flaw;

    PlainRefresher(Flaw flaw) {
        this.flaw = flaw;
    }

    @Override
    public String id() {
        return "plain";
    }

    @Override
    public ProviderProfile profile() {
        return ProviderProfile.builder(RefreshModel.ROTATING).build();
    }

    @Override
    public Refresher refresher() {
        return this;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        return refresh(request, request.client().endpoint(EndpointKind.REFRESH).orElseThrow());
    }

    private TokenOutcome refresh(RefreshRequest request, URI address) {
        long end = request.time().nanos() + request.callDeadline().toNanos();
        try (Socket socket = connected(address)) {
            if (flaw == Flaw.REQUESTS_PERMIT_LATE) {
                send(socket, request, address);
            }
            if (flaw != Flaw.REQUESTS_NO_PERMIT && !request.permit().maySend() && flaw != Flaw.IGNORES_A_REFUSAL) {
                return new TokenOutcome.NotSent(Problem.HELD_BY_PEER, "the claim is too old");
            }
            return exchange(socket, request, address, end);
        } catch (IOException e) {
            return flaw == Flaw.REPORTS_MAYBE_SENT_WHEN_REFUSED
                    ? maybeSent("not reached")
                    : new TokenOutcome.NotSent(Problem.NETWORK, "not reached");
        }
    }

    private TokenOutcome exchange(Socket socket, RefreshRequest request, URI address, long end) {
        try {
            if (flaw != Flaw.REQUESTS_PERMIT_LATE) {
                send(socket, request, address);
            }
            return judged(request, read(socket.getInputStream(), socket, request, end));
        } catch (IOException e) {
            if (flaw == Flaw.SENDS_AGAIN) {
                return new PlainRefresher(Flaw.NONE).refresh(request, address);
            }
            if (flaw == Flaw.NEVER_ENDS_AN_OVERDUE_CALL) {
                return new TokenOutcome.Overdue(maybeSent("no response").verdict(), new CompletableFuture<>());
            }
            return flaw == Flaw.REPORTS_NOT_SENT
                    ? new TokenOutcome.NotSent(Problem.NETWORK, "no response")
                    : maybeSent("no response");
        }
    }

    private TokenOutcome judged(RefreshRequest request, String response) {
        int status = Integer.parseInt(response.substring(9, 12));
        Matcher location = Pattern.compile("Location: (\\S+)").matcher(response);
        if (flaw == Flaw.FOLLOWS_REDIRECTS && location.find()) {
            return refresh(request, URI.create(location.group(1)));
        }
        Optional<Secret> access = text(response, "access_token");
        boolean complete = response.endsWith("}");
        if (status == 200 && access.isPresent() && complete) {
            return new TokenOutcome.Issued(issued(request, access, text(response, "refresh_token")));
        }
        if (flaw == Flaw.THROWS_FOR_BAD_RESPONSES) {
            throw new IllegalStateException("status " + status);
        }
        if (response.contains("invalid_grant") && flaw != Flaw.IGNORES_THE_DIALECT) {
            return new TokenOutcome.Refused(TokenVerdict.of(
                    TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered " + status));
        }
        return maybeSent(flaw == Flaw.REPEATS_THE_BODY ? response : "token endpoint answered " + status);
    }

    private static TokenResponse issued(RefreshRequest request, Optional<Secret> access, Optional<Secret> refresh) {
        return TokenResponse.builder(request.time().now())
                .accessToken(access)
                .refreshToken(refresh)
                .build();
    }

    private static Socket connected(URI address) throws IOException {
        Socket socket = new Socket();
        int port = address.getPort() < 0 ? 443 : address.getPort();
        socket.connect(new InetSocketAddress(address.getHost(), port), 2_000);
        if (!address.getScheme().equals("https")) {
            return socket;
        }
        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, address.getHost(), port, true);
        secured.setSoTimeout(2_000);
        secured.startHandshake();
        return secured;
    }

    private static void send(Socket socket, RefreshRequest request, URI address) throws IOException {
        String body = "grant_type=refresh_token&refresh_token="
                + Browser.encoded(request.tokens().refreshToken().orElseThrow().reveal());
        String head = "POST " + address.getPath() + " HTTP/1.1\r\nHost: " + address.getHost()
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length();
        socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
    }

    private String read(InputStream in, Socket socket, RefreshRequest request, long end) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!isComplete(all)) {
            if (flaw != Flaw.IGNORES_THE_DEADLINE) {
                socket.setSoTimeout(millisLeft(request, end));
            }
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("cut");
            }
            if (all.size() <= LARGEST) {
                all.write(buffer, 0, count);
            } else if (flaw != Flaw.READS_WITHOUT_END) {
                throw new IOException("too large");
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private int millisLeft(RefreshRequest request, long end) throws IOException {
        long left = Duration.ofNanos(end - request.time().nanos()).toMillis();
        if (left <= 0 && flaw != Flaw.READS_WITHOUT_END) {
            throw new IOException("too slow");
        }
        return (int) Math.max(1_000, left);
    }

    private static boolean isComplete(ByteArrayOutputStream read) {
        if (read.size() > LARGEST) {
            return false;
        }
        String text = read.toString(StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(text);
        return body >= 0 && length.find() && text.length() - body - 4 >= Long.parseLong(length.group(1));
    }

    private static Optional<Secret> text(String response, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"\\\\]+)\"").matcher(response);
        return found.find() ? Optional.of(Secret.of(found.group(1))) : Optional.empty();
    }

    private static TokenOutcome.MaybeSent maybeSent(String detail) {
        return new TokenOutcome.MaybeSent(TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.OUTCOME_UNKNOWN, detail));
    }
}
