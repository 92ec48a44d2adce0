package dev.evertoken.benchmarks.comparison;

import dev.evertoken.TokenSource;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The ways to make one HTTP call with a token. Not thread-safe. */
final class HttpVariants {

    static final String OWN = "OkHttp, own interceptor";
    static final String FIXED = "OkHttp, fixed header";
    static final String OURS = "Evertoken, OkHttp";
    static final String JDK_FIXED = "java.net.http, fixed header";
    static final String JDK_OURS = "Evertoken, java.net.http";

    private static final String AUTHORIZATION = "Authorization";
    private static final String PEER = " in an own interceptor";

    private final URI address;
    private final TokenSource source;
    private final String header;
    private final HttpClient plain = HttpClient.newHttpClient();

    HttpVariants(URI address, TokenSource source) {
        this.address = address;
        this.source = source;
        this.header = "Bearer " + source.accessToken().value().reveal();
    }

    /** Makes one call. */
    interface Call {
        void make() throws Exception;
    }

    static String of(Library peer) {
        return peer.name() + PEER;
    }

    Call named(String name) throws Exception {
        return switch (name) {
            case OWN -> okhttp(client(own(header)), request());
            case FIXED ->
                okhttp(
                        new OkHttpClient(),
                        request().newBuilder().header(AUTHORIZATION, header).build());
            case OURS -> okhttp(client(TokenInterceptor.of(source)), request());
            case JDK_FIXED ->
                jdk(plain, jdkRequest().header(AUTHORIZATION, header).build());
            case JDK_OURS -> jdk(TokenHttpClient.of(plain, source), jdkRequest().build());
            default -> okhttp(client(peer(name)), request());
        };
    }

    private Interceptor peer(String name) throws Exception {
        Library library = Libraries.named(name.substring(0, name.length() - PEER.length()));
        return of(library.open(Scene.fresh(address)));
    }

    private Request request() {
        return new Request.Builder().url(address.toString()).build();
    }

    private HttpRequest.Builder jdkRequest() {
        return HttpRequest.newBuilder(address).version(HttpClient.Version.HTTP_1_1);
    }

    private static OkHttpClient client(Interceptor interceptor) {
        return new OkHttpClient.Builder().addInterceptor(interceptor).build();
    }

    /** Sets the headers that {@link TokenInterceptor} sets. */
    private static Interceptor own(String header) {
        return chain -> chain.proceed(chain.request()
                .newBuilder()
                .header(AUTHORIZATION, header)
                .header("Cache-Control", "no-store")
                .build());
    }

    /** Returns what an application writes to use another library with OkHttp. */
    private static Interceptor of(Client client) {
        return chain -> {
            String token;
            try {
                token = client.token();
            } catch (Exception e) {
                throw new IOException("no token", e);
            }
            return chain.proceed(chain.request()
                    .newBuilder()
                    .header(AUTHORIZATION, "Bearer " + token)
                    .header("Cache-Control", "no-store")
                    .build());
        };
    }

    private static Call okhttp(OkHttpClient client, Request request) {
        return () -> {
            try (Response response = client.newCall(request).execute()) {
                require(response.code(), response.body().string());
            }
        };
    }

    private static Call jdk(HttpClient client, HttpRequest request) {
        return () -> {
            var response = client.send(request, BodyHandlers.ofString());
            require(response.statusCode(), response.body());
        };
    }

    private static void require(int status, String body) {
        if (status != 200 || !body.equals("ok")) {
            throw new IllegalStateException("status " + status + ": " + body);
        }
    }
}
