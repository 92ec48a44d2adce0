package dev.evertoken.benchmarks.comparison;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The cost of a call over HTTP with a token, on this machine, against calls with the same headers. */
final class HttpCalls implements Measurement {

    private static final int CALLS = 20_000;
    private static final String AUTHORIZATION = "Authorization";
    private static final String FIXED = "OkHttp, fixed header";
    private static final String OWN = "OkHttp, own interceptor";
    private static final String OURS = "Evertoken, OkHttp";
    private static final String JDK_FIXED = "java.net.http, fixed header";
    private static final String JDK_OURS = "Evertoken, java.net.http";

    @Override
    public String name() {
        return "http-call";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        int calls = extent.of(CALLS);
        try (LoopbackServer server = LoopbackServer.start();
                Tokens tokens = EvertokenLibrary.engine(Scene.fresh(server.address()))) {
            TokenSource source = tokens.source(EvertokenLibrary.KEY);
            String header = "Bearer " + source.accessToken().value().reveal();
            Request request =
                    new Request.Builder().url(server.address().toString()).build();
            Request withHeader =
                    request.newBuilder().header(AUTHORIZATION, header).build();
            Ratios okhttp = new Ratios();
            okhttp.add(OWN, okhttp(calls, client(own(header)), request));
            okhttp.add(FIXED, okhttp(calls, new OkHttpClient(), withHeader));
            okhttp.add(OURS, okhttp(calls, client(TokenInterceptor.of(source)), request));
            for (Library peer : Libraries.peers()) {
                okhttp.add(
                        peer.name() + " in an own interceptor",
                        okhttp(calls, client(of(peer.open(Scene.fresh(server.address())))), request));
            }
            okhttp.run(extent.rounds);
            jdk(extent, report, source, server, header);
            report.costs(new Report.Costs("HTTP call", "µs", okhttp.medians()));
            report.ratio("http-call", okhttp.of(OURS, OWN), Goal.atMost(1.03));
            report.ratio("http-call-fixed-header", okhttp.of(OURS, FIXED));
            Libraries.peers()
                    .forEach(peer -> report.ratio(
                            "http-call-" + Text.fileName(peer.name()),
                            okhttp.of(peer.name() + " in an own interceptor", OWN)));
        }
    }

    private static void jdk(Extent extent, Report report, TokenSource source, LoopbackServer server, String header)
            throws Exception {
        int calls = extent.of(CALLS);
        HttpClient plain = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(server.address())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        HttpRequest withHeader = HttpRequest.newBuilder(server.address())
                .version(HttpClient.Version.HTTP_1_1)
                .header(AUTHORIZATION, header)
                .build();
        Ratios ratios = new Ratios();
        ratios.add(JDK_FIXED, jdk(calls, plain, withHeader));
        ratios.add(JDK_OURS, jdk(calls, TokenHttpClient.of(plain, source), request));
        ratios.run(extent.rounds);
        report.costs(new Report.Costs("HTTP call with java.net.http", "µs", ratios.medians()));
        report.ratio("http-call-jdk", ratios.of(JDK_OURS, JDK_FIXED), Goal.atMost(1.05));
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

    /** What an application writes to use another library with OkHttp. */
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

    private static Round okhttp(int calls, OkHttpClient client, Request request) {
        return () -> {
            long started = System.nanoTime();
            for (int n = 0; n < calls; n++) {
                try (Response response = client.newCall(request).execute()) {
                    require(response.code(), response.body().string());
                }
            }
            return (System.nanoTime() - started) / 1e3 / calls;
        };
    }

    private static Round jdk(int calls, HttpClient client, HttpRequest request) {
        return () -> {
            long started = System.nanoTime();
            for (int n = 0; n < calls; n++) {
                var response = client.send(request, BodyHandlers.ofString());
                require(response.statusCode(), response.body());
            }
            return (System.nanoTime() - started) / 1e3 / calls;
        };
    }

    private static void require(int status, String body) {
        if (status != 200 || !body.equals("ok")) {
            throw new IllegalStateException("status " + status + ": " + body);
        }
    }
}
