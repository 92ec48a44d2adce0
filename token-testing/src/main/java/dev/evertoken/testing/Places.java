package dev.evertoken.testing;

import java.io.IOException;
import java.util.Optional;

/** The addresses of a mock provider, and what is laid out to be answered there. Thread-safe. */
final class Places {

    private final Manners manners;
    private final GrantBook book;
    private final ClientProof proof;
    private final TokenDesk desk;
    private final Script tokenScript = new Script();
    private final Script apiScript = new Script();
    private final Script revokeScript = new Script();

    Places(Manners manners, GrantBook book, ClientProof proof, TokenDesk desk) {
        this.manners = manners;
        this.book = book;
        this.proof = proof;
        this.desk = desk;
    }

    Script tokenScript() {
        return tokenScript;
    }

    Script apiScript() {
        return apiScript;
    }

    Script revokeScript() {
        return revokeScript;
    }

    int answersLeft() {
        return tokenScript.left() + apiScript.left() + revokeScript.left();
    }

    /** Answers one request; true if the connection can be used for another. */
    boolean serve(Wire wire, WireRequest request, String place) throws IOException, InterruptedException {
        Optional<String> tokenMethod = manners.tokenMethod(place);
        if (tokenMethod.isPresent()) {
            return serveToken(wire, request, tokenMethod.get());
        }
        if (place.equals("/api") || place.startsWith("/api/")) {
            return serveApi(wire, request, place);
        }
        if (place.equals("/revoke")) {
            return serveRevoke(wire, request);
        }
        reply(place, request).writeTo(wire);
        return true;
    }

    private boolean serveRevoke(Wire wire, WireRequest request) throws IOException, InterruptedException {
        Answer answer = revokeScript.next(Ledger.UNKNOWN).orElseGet(Answer::normal);
        answer.arrive();
        return answer.isProcessed() ? answer.write(wire, revoked(request)) : answer.writeUnprocessed(wire);
    }

    private Reply revoked(WireRequest request) {
        return proof.refusal(request, manners.revokeAuthentication(), manners)
                .orElseGet(() -> manners.revoked(book.revokeToken(field(request, "token"))));
    }

    /** A revocation in the name of a living access token. */
    private Reply deauthorized(WireRequest request) {
        Optional<String> token = bearer(request);
        return token.filter(book::revokeToken)
                .map(dead -> Reply.json(200, "{}"))
                .orElseGet(() -> manners.apiRefusal(token.isPresent()));
    }

    private Reply reply(String place, WireRequest request) {
        return switch (place) {
            case "/deauthorize" -> deauthorized(request);
            case "/introspect" -> manners.introspected(book.holder(lookedAt(request)), book.now());
            default -> manners.answer(place, request, book).orElseGet(() -> Reply.empty(404));
        };
    }

    private boolean serveToken(Wire wire, WireRequest request, String method) throws IOException, InterruptedException {
        if (!request.method().equals(method)) {
            Reply.empty(405).writeTo(wire);
            return true;
        }
        TokenDesk.Visit visit = desk.look(request);
        book.ledger().add(Ledger.Kind.TOKEN_REQUEST, visit.account(), 0, visit.grantType());
        visit.presented()
                .ifPresent(token -> book.ledger().add(Ledger.Kind.PRESENTED, token.account(), token.generation(), ""));
        Answer answer = tokenScript.next(visit.account()).orElseGet(Answer::normal);
        answer.arrive();
        if (!answer.isProcessed()) {
            book.ledger().add(Ledger.Kind.ANSWERED, visit.account(), 0, "scripted");
            return answer.writeUnprocessed(wire);
        }
        Reply own = desk.act(visit);
        book.ledger().add(Ledger.Kind.ANSWERED, visit.account(), 0, own.status() == 200 ? "tokens" : "refused");
        return answer.write(wire, own);
    }

    private boolean serveApi(Wire wire, WireRequest request, String place) throws IOException, InterruptedException {
        Optional<String> token = manners.accessToken(request);
        String account = token.map(book::accountOf).orElse(Ledger.UNKNOWN);
        Optional<GrantBook.Issue> holder = token.flatMap(book::holder);
        book.ledger().add(Ledger.Kind.API_REQUEST, account, 0, holder.isPresent() ? "accepted" : "rejected");
        Reply usual = holder.map(one -> Reply.json(200, "account", one.account()))
                .orElseGet(() -> token.filter(book::isRevoked).isPresent()
                        ? manners.revokedApiRefusal()
                        : manners.apiRefusal(token.isPresent()));
        Reply own = manners.answer(place, request, book).orElse(usual);
        Answer answer = apiScript.next(account).orElseGet(Answer::normal);
        answer.arrive();
        return answer.write(wire, own);
    }

    private static String lookedAt(WireRequest request) {
        return bearer(request).orElseGet(() -> {
            String token = field(request, "token");
            return token.isEmpty() ? field(request, "access_token") : token;
        });
    }

    private static String field(WireRequest request, String name) {
        return request.form().getOrDefault(name, request.query().getOrDefault(name, ""));
    }

    static Optional<String> bearer(WireRequest request) {
        return request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7));
    }
}
