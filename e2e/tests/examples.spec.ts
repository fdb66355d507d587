import { type Video, getVideo, playable, until } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { film } from '../support/media.ts';
import { run } from '../support/tools.ts';

/** The calls that clients of these paths make elsewhere, word for word but for the address. */
test('curl uploads a movie with its fields', async ({ matinee }) => {
  const { code, stdout, stderr } = await run('curl', [
    '-sS', '-X', 'POST', `${matinee.url}/api/videos/upload`,
    ...['-F', `file=@${film}`, '-F', 'content_type=movie', '-F', 'title=Test Movie', '-F', 'description=A test movie', '-F', 'genre=Action', '-F', 'release_year=2024']
  ]);
  expect(code, stderr).toBe(0);
  const made = JSON.parse(stdout) as Video & Record<string, unknown>;
  expect(made).toMatchObject({ title: 'Test Movie', content_type: 'movie', genre: 'Action', release_year: 2024, description: 'A test movie' });
  await until(matinee.url, made.id, playable);
  const { stdout: head } = await run('curl', ['-sS', '-r', '0-99', '-D', '-', '-o', '/dev/null', `${matinee.url}/api/videos/${made.id}/stream`]);
  expect(head).toMatch(/^HTTP\/1\.1 206/);
});

test('a form with tags and visibility gives the documented video', async ({ matinee }) => {
  const { stdout } = await run('curl', [
    '-sS', '-X', 'POST', `${matinee.url}/api/videos/upload`,
    ...['-F', `file=@${film}`, '-F', 'title=My Awesome Video', '-F', 'description=Check out this amazing video!', '-F', 'uploader_id=user_123'],
    ...['-F', 'category=Entertainment', '-F', 'tags=funny,awesome,viral', '-F', 'is_public=true']
  ]);
  const { id } = JSON.parse(stdout) as Video;
  await until(matinee.url, id, playable);
  const video = (await getVideo(matinee.url, id)) as Video & Record<string, unknown>;
  expect(video).toMatchObject({
    title: 'My Awesome Video', uploader_id: 'user_123', category: 'Entertainment', tags: ['funny', 'awesome', 'viral'], is_public: true,
    filename: 'bigbuckbunny.mp4', file_size: 1055736, duration: 5, format: 'MP4', resolution: '1280x720', is_processed: true,
    view_count: 0, like_count: 0, dislike_count: 0
  });
  for (const field of ['file_path', 'bitrate', 'thumbnail_url', 'upload_date', 'created_at', 'updated_at', 'processing_status']) expect(video, field).toHaveProperty(field);
  const listed = (await (await fetch(`${matinee.url}/api/videos?category=Entertainment&uploader_id=user_123&is_public=true&limit=50`)).json()) as Video[];
  expect(listed.map((one) => one.id)).toContain(id);
});

test('an episode without its numbers is refused by name', async ({ matinee }) => {
  const { stdout } = await run('curl', ['-sS', '-w', '%{http_code}', '-X', 'POST', `${matinee.url}/api/videos/upload`, '-F', `file=@${film}`, '-F', 'title=x', '-F', 'release_year=soon']);
  expect(stdout).toMatch(/(400|422)$/);
  expect(stdout).toContain('release_year');
});

test('watch progress comes back, and unfinished films stand under continue watching', async ({ matinee, movie }) => {
  const jar = (answer: Response): string => answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
  const answer = await fetch(`${matinee.url}/stream/${movie.id}/progress`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ current_time: 12.5, total_duration: 30 })
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  const cookie = jar(answer);
  const kept = (await (await fetch(`${matinee.url}/stream/${movie.id}/progress`, { headers: { cookie } })).json()) as Record<string, unknown>;
  expect(kept).toMatchObject({ video_id: movie.id, current_time: 12.5, total_duration: 30, completed: false });
  const rows = (await (await fetch(`${matinee.url}/continue-watching`, { headers: { cookie } })).json()) as { movie: Video; progress: { current_time: number } }[];
  expect(rows.map((row) => row.movie.id)).toContain(movie.id);
});

test('the API documents itself, with nothing from elsewhere', async ({ page, matinee }) => {
  const document = (await (await fetch(`${matinee.url}/api/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> };
  expect(document.openapi).toMatch(/^3\.1/);
  for (const path of ['/api/videos', '/api/videos/{id}', '/api/videos/upload', '/stream/{id}/token', '/continue-watching']) expect(Object.keys(document.paths), path).toContain(path);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(matinee.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await page.goto(`${matinee.url}/docs`);
  await expect(page.getByText('/api/videos/upload').first()).toBeVisible();
  expect(elsewhere).toEqual([]);
});
