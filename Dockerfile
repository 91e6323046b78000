# The service without its tests. One image for every role: ROLE says what a container does.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npx nest build && npm prune --omit=dev

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY --from=build /app/dist/migrations dist/migrations
# A volume begins with the owner that its place has in the image.
RUN mkdir -p /evidence /data/exports && chown -R node:node /evidence /data && chmod 700 /data/exports
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# V8 helps itself with a thread fewer than there are processors, not with four.
CMD ["node", "--v8-pool-size=0", "dist/src/main.js"]
