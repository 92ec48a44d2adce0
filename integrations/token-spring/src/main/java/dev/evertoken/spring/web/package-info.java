/**
 * The routes of the consent for the servlet stack, {@link dev.evertoken.spring.web.ConnectController}, and problem
 * details for token exceptions, {@link dev.evertoken.spring.web.TokenProblemAdvice}. Both are opt-in: declare them as
 * beans.
 */
@NullMarked
package dev.evertoken.spring.web;

import org.jspecify.annotations.NullMarked;
