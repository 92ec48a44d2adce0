package dev.evertoken.examples;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The process of a {@link QuickstartApp}, controlled by the process of the mock providers. Each command is one line,
 * and so is its result. Secrets are passed in the environment and on the standard input, never on the command line.
 *
 * <p>Not thread-safe.
 */
final class AppProcess implements AutoCloseable {

    static final String SEPARATOR = "\t";
    static final String READY = "ready";
    static final String END = "end";
    static final String TOKEN_SECRET = "oauth_token_secret";

    private final ChildJvm process;

    private AppProcess(ChildJvm process) {
        this.process = process;
    }

    /** Starts the application on a folder, with the clients of the mock providers and these keys. */
    static AppProcess start(Path folder, Secret keys, MockProviders providers) {
        ChildJvm.Start start = ChildJvm.of(QuickstartApp.class).environment(QuickstartApp.KEYS, keys.reveal());
        providers.all().forEach(provider -> configure(start, provider));
        AppProcess app = new AppProcess(start.start(folder.toString()));
        app.process.awaitLine(READY);
        return app;
    }

    private static void configure(ChildJvm.Start start, MockProvider provider) {
        ClientRegistration client = provider.registration();
        String prefix = variables(provider.id()) + "_CLIENT_";
        String secret = client.clientSecret().map(Secret::reveal).orElseThrow();
        start.environment(prefix + "ID", client.clientId())
                .environment(prefix + "SECRET", secret)
                .property(provider.id() + ".url", provider.apiUrl().toString());
        provider.endpoints()
                .addresses()
                .forEach((kind, address) -> start.property(property(provider.id(), kind), address.toString()));
    }

    // ---- the protocol of both processes

    static String variables(String provider) {
        return provider.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String property(String provider, EndpointKind kind) {
        return provider + "." + kind;
    }

    /** Returns the endpoints of a mock provider from the system properties of the application's process. */
    static Endpoints endpoints(String provider) {
        Endpoints all = Endpoints.none();
        for (EndpointKind kind : EndpointKind.values()) {
            String address = System.getProperty(property(provider, kind));
            all = address == null ? all : all.with(kind, URI.create(address));
        }
        return all;
    }

    static URI api(String provider) {
        return URI.create(System.getProperty(provider + ".url"));
    }

    // ---- commands

    /** Imports tokens; returns the state of the account. */
    String connect(TokenKey key, TokenSet tokens) {
        return send(
                "connect",
                key,
                tokens.accessToken().orElseThrow().reveal(),
                tokens.tokenType(),
                tokens.refreshToken().map(Secret::reveal).orElse(""),
                tokens.issuedAt().toString(),
                tokens.expiresAt().map(Instant::toString).orElse(""),
                Optional.ofNullable(tokens.attributes().get(TOKEN_SECRET))
                        .map(Secret::reveal)
                        .orElse(""))[0];
    }

    /** Sends one API request; returns the status of the response, or the problem that prevented the request. */
    Outcome call(TokenKey key) {
        String[] words = send("call", key);
        return words.length == 1 ? new Outcome(words[0], "", "") : new Outcome(words[0], words[1], words[2]);
    }

    /** The result of a request: the status of the response or the problem. */
    record Outcome(String result, String remedy, String reconnectUrl) {}

    /** Requests the token of an account in many threads at once; returns the number of different tokens. */
    int concurrently(TokenKey key, int threads) {
        String[] words = send("concurrently", key, Integer.toString(threads));
        if (!words[0].equals(Integer.toString(threads))) {
            throw new AssertionError(words[0] + " of " + threads + " threads got a token");
        }
        return Integer.parseInt(words[1]);
    }

    /** Sends one API request that needs new tokens; returns when the tokens are issued and about to be saved. */
    void blockBeforeSaving(TokenKey key) {
        send("block", key);
    }

    /** Returns the status of an account. */
    Status status(TokenKey key) {
        String[] words = send("status", key);
        return new Status(Long.parseLong(words[0]), words[1], words[2], words[3], words[4]);
    }

    /** The status of an account; absent values are empty strings. */
    record Status(long generation, String state, String problem, String remedy, String reconnectUrl) {

        Optional<String> problemIfAny() {
            return Optional.of(problem).filter(name -> !name.isEmpty());
        }
    }

    /** Kills the process like {@code kill -9}. */
    void kill() {
        process.kill();
    }

    /** Makes the application close its tokens and exit; fails if the exit code is not 0. */
    void end() {
        process.send(END);
        int code = process.awaitEnd();
        if (code != 0) {
            throw new AssertionError(
                    "the application exited with code " + code + "; its error stream:\n" + process.errors());
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private String[] send(String command, TokenKey key, String... more) {
        process.send(String.join(SEPARATOR, command, key.registration(), key.account())
                + (more.length == 0 ? "" : SEPARATOR + String.join(SEPARATOR, more)));
        return process.readLine().split(SEPARATOR, -1);
    }
}
