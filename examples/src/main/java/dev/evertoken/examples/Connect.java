package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Connects your own account with your own client: {@code Connect google}, another provider of the guide, or {@code
 * oauth2} for any other server. Prints the address of the consent page, receives the redirect on this machine or reads
 * the pasted address, stores the tokens in a folder, and calls the API with them.
 *
 * <p>Credentials come from environment variables; the names of missing ones are printed. The exit code is 2 if the
 * program cannot start, and 1 if the account could not be connected or the API call failed. Not thread-safe.
 */
public final class Connect {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String ACCOUNT = "me";

    private final ConnectSettings settings;
    private final TokenKey key;
    private final PrintStream out;

    private Connect(ConnectSettings settings, PrintStream out) {
        this.settings = settings;
        this.key = TokenKey.of(settings.id(), ACCOUNT);
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        Optional<ConnectSettings> settings =
                args.length == 1 || args.length == 2 ? ConnectSettings.named(args[0]) : Optional.empty();
        if (settings.isEmpty()) {
            System.out.println("usage: Connect " + ConnectSettings.names() + " [folder of the tokens, ./tokens]");
            System.exit(2);
            return;
        }
        List<String> missing = settings.get().missing();
        if (!missing.isEmpty()) {
            System.out.println("not set: " + String.join(", ", missing));
            System.out.println(settings.get().help());
            System.exit(2);
            return;
        }
        try {
            boolean success = new Connect(settings.get(), System.out).run(args.length == 2 ? args[1] : "./tokens");
            System.exit(success ? 0 : 1);
        } catch (TokenException e) {
            System.out.println(e.problem() + ", " + e.remedy() + ": " + e.getMessage());
            System.out.println(e.problem().advice());
            System.exit(1);
        } catch (IllegalArgumentException e) {
            System.out.println(e.getMessage());
            System.exit(2);
        }
    }

    private boolean run(String folder) throws IOException {
        try (Tokens tokens = settings.open(folder)) {
            AccountStatus status = connect(tokens);
            out.println("connected " + key + ": " + status.state()
                    + status.subject().map(user -> ", user " + user).orElse("")
                    + status.expiresAt().map(end -> ", access until " + end).orElse(""));
            if (!status.missingScopes().isEmpty()) {
                out.println("not granted: " + String.join(" ", status.missingScopes()));
            }
            return call(tokens);
        }
    }

    private AccountStatus connect(Tokens tokens) throws IOException {
        try (Redirect redirect = Redirect.open(settings.redirect())) {
            Authorization authorization = tokens.authorize(key, redirect.uri(), settings.options());
            out.println(redirect.instruction());
            out.println(authorization.url());
            while (true) {
                URI back = redirect.await(PATIENCE)
                        .orElseThrow(() -> TokenException.about(Problem.CONSENT_FAILED)
                                .key(key)
                                .detail("no redirect from the consent page within " + PATIENCE.toMinutes() + " minutes")
                                .build());
                try {
                    return tokens.completeAuthorization(key, back);
                } catch (TokenException e) {
                    if (e.problem() != Problem.CALLBACK_REJECTED) {
                        throw e;
                    }
                    // Any process on this machine can send a request to the port; the user's redirect may still arrive.
                    out.println(e.getMessage());
                }
            }
        }
    }

    private boolean call(Tokens tokens) throws IOException {
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        Request request = new Request.Builder()
                .url(settings.api().toString())
                .tag(TokenKey.class, key)
                .build();
        try (Response response = http.newCall(request).execute()) {
            out.println(
                    "GET " + settings.api().getHost() + settings.api().getPath() + " responds with " + response.code());
            return response.isSuccessful();
        }
    }
}
