package dev.evertoken.benchmarks.comparison;

import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.OAuth2Provider;
import java.util.concurrent.atomic.AtomicInteger;

/** The revocation of accounts one after the other, against the same number of requests by a hardened client. */
final class Revoke implements Measurement {

    private static final int ACCOUNTS = 1000;
    private static final String RAW = "hardened client alone";
    private static final String OURS = "Evertoken, revoke";

    @Override
    public String name() {
        return "revoke";
    }

    @Override
    public void measure(Extent extent, Report report) throws Exception {
        int accounts = extent.of(ACCOUNTS);
        try (TokenServer server = TokenServer.start();
                Tokens tokens = engine(server)) {
            Scene scene = Scene.fresh(server.endpoint());
            RawRefresh raw = new RawRefresh(server.revocation().toString());
            AtomicInteger unique = new AtomicInteger();
            Ratios ratios = new Ratios();
            ratios.add(RAW, () -> perAccount(accounts, () -> raw.refresh("raw-" + unique.incrementAndGet())));
            ratios.add(OURS, () -> {
                int round = unique.incrementAndGet();
                for (int n = 0; n < accounts; n++) {
                    String account = round + "-" + n;
                    tokens.connect(
                            TokenKey.of("acme", account),
                            EvertokenLibrary.tokens(scene.with("access-" + account, "refresh-" + account)));
                }
                AtomicInteger next = new AtomicInteger();
                return perAccount(
                        accounts,
                        () -> revoked(tokens.revoke(TokenKey.of("acme", round + "-" + next.getAndIncrement()))));
            });
            ratios.run(extent.loops());
            report.costs(new Report.Costs("Revocation", "µs", ratios.medians()));
            report.ratio("revoke", ratios.of(RAW, OURS));
        }
    }

    private static Tokens engine(TokenServer server) {
        return Tokens.builder()
                .namespace(MeasuredStore.NAMESPACE)
                .store("memory:")
                .provider(OAuth2Provider.builder("acme")
                        .tokenEndpoint(server.endpoint())
                        .endpoint(EndpointKind.REVOKE, server.revocation())
                        .refreshModel(RefreshModel.ROTATING)
                        .build())
                .client(
                        "acme",
                        ClientRegistration.builder(Scene.CLIENT_ID)
                                .clientSecret(Scene.CLIENT_SECRET)
                                .build())
                .build();
    }

    private static String revoked(Revocation revocation) {
        if (revocation.outcome() != Revocation.Outcome.REVOKED) {
            throw new IllegalStateException(revocation.toString());
        }
        return revocation.detail();
    }

    private interface Call {
        String make() throws Exception;
    }

    private static double perAccount(int accounts, Call call) throws Exception {
        long started = System.nanoTime();
        for (int n = 0; n < accounts; n++) {
            if (call.make() == null) {
                throw new IllegalStateException("no result");
            }
        }
        return (System.nanoTime() - started) / 1e3 / accounts;
    }
}
