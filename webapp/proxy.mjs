// What Angular's dev server leaves to the api: of `./melody dev`, of a `./melody up` on port 8000, or at STUDIO_API.
const target = process.env.STUDIO_API ?? `http://127.0.0.1:${process.env.MELODY_PORT ?? 8000}`;

export default {
  '/api': { target, ws: true },
  '/embed': { target },
  '/files': { target },
  '/webhooks': { target },
};
