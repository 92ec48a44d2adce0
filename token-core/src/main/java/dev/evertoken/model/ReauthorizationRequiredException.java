package dev.evertoken.model;

/** Thrown if the grant is no longer valid: retrying cannot help, only a new consent of the user can. Immutable. */
public final class ReauthorizationRequiredException extends TokenException {

    private static final long serialVersionUID = 1L;

    ReauthorizationRequiredException(Builder from) {
        super(from);
    }
}
