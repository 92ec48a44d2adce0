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
 * A process that runs {@link QuickstartApp}, as seen from the process of the mock providers: one line says what to
 * do, one line comes back. Secrets go through its environment and its input, never over its command line.
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
        providers.all().forEach(provider -> introduce(start, provider));
        AppProcess app = new AppProcess(start.start(folder.toString()));
        app.process.awaitLine(READY);
        return app;
    }

    private static void introduce(ChildJvm.Start start, MockProvider provider) {
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

    // ---- what both sides know

    static String variables(String provider) {
        return provider.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String property(String provider, EndpointKind kind) {
        return provider + "." + kind;
    }

    /** Returns where a mock provider's endpoints are, in the process that was told so. */
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

    // ---- what it can be told

    /** Imports tokens; returns the state of the connection. */
    String connect(TokenKey key, TokenSet tokens) {
        return tell(
                "connect",
                key,
                tokens.accessToken().reveal(),
                tokens.tokenType(),
                tokens.refreshToken().map(Secret::reveal).orElse(""),
                tokens.issuedAt().toString(),
                tokens.expiresAt().map(Instant::toString).orElse(""),
                Optional.ofNullable(tokens.attributes().get(TOKEN_SECRET))
                        .map(Secret::reveal)
                        .orElse(""))[0];
    }

    /** Sends one API request; returns the status of its answer, or the problem that kept it back. */
    Outcome call(TokenKey key) {
        String[] words = tell("call", key);
        return words.length == 1 ? new Outcome(words[0], "", "") : new Outcome(words[0], words[1], words[2]);
    }

    /** What came of a request. */
    record Outcome(String what, String remedy, String reconnectUrl) {}

    /** Asks for a token in many threads at once; returns how many different ones they got. */
    int crowd(TokenKey key, int threads) {
        String[] words = tell("crowd", key, Integer.toString(threads));
        if (!words[0].equals(Integer.toString(threads))) {
            throw new AssertionError(words[0] + " of " + threads + " threads got a token");
        }
        return Integer.parseInt(words[1]);
    }

    /** Sends one API request that needs new tokens; returns when they are issued and about to be saved. */
    void stickBeforeSaving(TokenKey key) {
        tell("stick", key);
    }

    /** Returns how an account is connected. */
    Status status(TokenKey key) {
        String[] words = tell("status", key);
        return new Status(Long.parseLong(words[0]), words[1], words[2], words[3], words[4]);
    }

    /** How an account is connected; what there is not is empty. */
    record Status(long generation, String state, String problem, String remedy, String reconnectUrl) {

        Optional<String> problemIfAny() {
            return Optional.of(problem).filter(name -> !name.isEmpty());
        }
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.kill();
    }

    /** Has it close its tokens and end. */
    void end() {
        process.send(END);
        int code = process.awaitEnd();
        if (code != 0) {
            throw new AssertionError("the application ended with " + code + "; its error stream:\n" + process.errors());
        }
    }

    @Override
    public void close() {
        process.close();
    }

    private String[] tell(String what, TokenKey key, String... more) {
        process.send(String.join(SEPARATOR, what, key.registration(), key.account())
                + (more.length == 0 ? "" : SEPARATOR + String.join(SEPARATOR, more)));
        return process.readLine().split(SEPARATOR, -1);
    }
}
